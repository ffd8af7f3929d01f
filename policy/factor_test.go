package policy_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
)

// cases runs a property over random cases of the differential test, with every type of policy and
// conditions in them. One million cases: -count 200.
func cases(t *testing.T, property func(t *testing.T, draw source, c simulation, sources []policy.Source) bool) {
	t.Helper()
	seed := rand.Uint64()
	t.Log("seed", seed)
	draw := source(rand.New(rand.NewPCG(seed, 0)).IntN)
	told := 0
	for range 5_000 {
		c := draw.simulation()
		sources, err := c.sources()
		if err == nil && property(t, draw, c, sources) {
			told++
		}
		if t.Failed() {
			t.Fatalf("%s", c.asked())
		}
	}
	if told == 0 {
		t.Error("the property had nothing to say of any case")
	}
}

// TestHostileP17: what the role, its boundary and the session allow together, each of them allows alone.
func TestHostileP17(t *testing.T) {
	cases(t, func(t *testing.T, draw source, c simulation, _ []policy.Source) bool {
		c.request.Principal, c.request.ResourceAccount = builder, account
		c.request.Action = pick(draw, simulatedActions)
		var all []policy.Source
		for _, kind := range []policy.Type{policy.IdentityPolicy, policy.PermissionsBoundary, policy.SessionPolicy} {
			text := draw.document(kind)
			if draw(2) == 0 { // most documents allow too little to meet
				text = strings.Replace(text, `"Statement":[`, `"Statement":[`+allows("*", "*")+",", 1)
			}
			d, err := policy.Parse([]byte(text))
			if err != nil {
				return false
			}
			all = append(all, policy.Source{Type: kind, Document: d})
		}
		if !policy.Evaluate(c.request, all).Allowed() {
			return false
		}
		for _, source := range all {
			kind := source.Type
			source.Type = policy.IdentityPolicy
			if d := policy.Evaluate(c.request, []policy.Source{source}); !d.Allowed() {
				t.Errorf("P17 the %v does not allow it: %+v", kind, d)
			}
		}
		return true
	})
}

// TestSessionsAreWithin: whatever the other policies say, nothing is allowed that a session policy does
// not allow.
func TestSessionsAreWithin(t *testing.T) {
	cases(t, func(t *testing.T, draw source, c simulation, sources []policy.Source) bool {
		for _, source := range sources {
			if source.Type != policy.SessionPolicy || !policy.Evaluate(c.request, sources).Allowed() {
				continue
			}
			request := c.request
			request.ResourceAccount = account
			source.Type = policy.IdentityPolicy
			if request.Action != "sts:AssumeRole" && !policy.Evaluate(request, []policy.Source{source}).Allowed() {
				t.Errorf("the session policy does not allow it")
			}
			return true
		}
		return false
	})
}

// TestMoreDenies: what is added to a policy as a Deny, or taken away as an Allow, never allows.
func TestMoreDenies(t *testing.T) {
	change := func(t *testing.T, text string, f func(statements []any) []any) string {
		var d map[string]any
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		d["Statement"] = f(d["Statement"].([]any))
		changed, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return string(changed)
	}
	cases(t, func(t *testing.T, draw source, c simulation, sources []policy.Source) bool {
		before := policy.Evaluate(c.request, sources)
		for kind, texts := range c.documents {
			i := draw(len(texts))
			old := texts[i]
			texts[i] = change(t, old, func(statements []any) []any {
				j := draw(len(statements))
				if st := statements[j].(map[string]any); st["Effect"] == "Allow" && len(statements) > 1 {
					return append(statements[:j], statements[j+1:]...)
				}
				var extra map[string]any
				if err := json.Unmarshal([]byte(strings.TrimSuffix(strings.SplitN(draw.document(kind), `"Statement":[`, 2)[1], `],"Version":"2012-10-17"}`)), &extra); err != nil {
					return statements // two statements: not this time
				}
				extra["Effect"] = "Deny"
				return append(statements, extra)
			})
			fewer, err := c.sources()
			if err == nil && policy.Evaluate(c.request, fewer).Allowed() && !before.Allowed() {
				t.Errorf("%v, then allowed by\n%s\ninstead of\n%s", before, texts[i], old)
			}
			texts[i] = old
		}
		return true
	})
}
