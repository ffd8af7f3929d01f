package policy_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/octroi/octroi/policy"
)

// The vocabulary is small, so that patterns and requests meet often.

var (
	actionWords   = []string{"*", "a:b", "a:bb", "A:B*", "a:?b", "a:*", "b:c", "b:*c", "ecr-public:PutImage"}
	resourceWords = []string{"*", "arn:*", "arn:aws:s::1:*", "arn:aws:s::*:x", "arn:aws:s::1:x", "arn:aws:s::1:x/*", "arn:aws:s:*:1:x?", "arn:aws:s::1:*x*",
		"arn:aws:s::1:${aws:username}", "arn:aws:s::1:${a:b}/x", "arn:aws:s::1:${a:b, 'x'}/*", "arn:aws:s::1:x${*}", "arn:aws:s::?:*/y:z"}
	requestActions   = []string{"a:b", "A:bb", "a:bbb", "b:c", "b:xc", "ecr-public:PutImage"}
	requestResources = []string{"", "*", "arn:aws:s::1:x", "arn:aws:s::1:x/x", "arn:aws:s::1:x/y:z", "arn:aws:s::2:x", "arn:aws:s:r:1:xy", "arn:aws:s::1:x*", "arn:aws:t::1:x"}
	names            = []string{"x", "*", "?", "x*", ""}
)

// statement is what a generated statement marshals from.
type statement map[string]any

// source draws numbers below n: rapid, which can shrink, or math/rand, which is fast.
type source func(n int) int

func (draw source) statement() statement {
	list := func(words []string) []string {
		out := make([]string, 1+draw(3))
		for i := range out {
			out[i] = words[draw(len(words))]
		}
		return out
	}
	name := func(name string) string { return []string{name, name, name, "Not" + name}[draw(4)] }
	return statement{"Effect": []string{"Allow", "Allow", "Deny"}[draw(3)], name("Action"): list(actionWords), name("Resource"): list(resourceWords)}
}

func (draw source) statements() []statement {
	out := make([]statement, 1+draw(4))
	for i := range out {
		out[i] = draw.statement()
	}
	return out
}

func (draw source) request() policy.Request {
	who := alice
	who.Name = names[draw(len(names))]
	return policy.Request{Principal: who, Action: requestActions[draw(len(requestActions))], Resource: requestResources[draw(len(requestResources))], ResourceAccount: account}
}

func written(statements []statement) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestHostileP24 compares with the reference. One million cases: -count 200.
func TestHostileP24(t *testing.T) {
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	draw := source(random.IntN)
	var seen [3]int
	for range 500 {
		texts := make([]string, 1+draw(2))
		for i := range texts {
			texts[i] = written(draw.statements())
		}
		sources := inForce(t, texts...)
		for range 10 {
			req := draw.request()
			got, want := policy.Evaluate(req, sources).Effect, reference(texts, req)
			seen[got]++
			if got != want {
				t.Fatalf("P24: %v, reference %v\n%s\n%+v", got, want, texts, req)
			}
		}
	}
	if slices.Contains(seen[:], 0) {
		t.Errorf("not all outcomes were seen: %v", seen)
	}
}

func TestMetamorphic(t *testing.T) {
	effect := func(t *rapid.T, req policy.Request, statements []statement) policy.Effect {
		if len(statements) == 0 {
			return policy.ImplicitDeny
		}
		d, err := policy.Parse([]byte(written(statements)))
		if err != nil {
			t.Fatal(err)
		}
		return policy.Evaluate(req, []policy.Source{{Type: policy.IdentityPolicy, Document: d}}).Effect
	}
	check := func(name string, property func(t *rapid.T, draw source, req policy.Request, statements []statement, before policy.Effect)) {
		t.Run("P24 "+name, rapid.MakeCheck(func(t *rapid.T) {
			draw := source(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") })
			req, statements := draw.request(), draw.statements()
			property(t, draw, req, statements, effect(t, req, statements))
		}))
	}
	insert := func(draw source, statements []statement, st statement) []statement {
		return slices.Insert(slices.Clone(statements), draw(len(statements)+1), st)
	}
	check("adding a Deny never allows", func(t *rapid.T, draw source, req policy.Request, statements []statement, before policy.Effect) {
		st := draw.statement()
		st["Effect"] = "Deny"
		if after := effect(t, req, insert(draw, statements, st)); after == policy.Allow && before != policy.Allow {
			t.Fatalf("%v, then %v", before, after)
		} else if before == policy.ExplicitDeny && after != before {
			t.Fatalf("the explicit deny went: %v", after)
		}
	})
	check("dropping an Allow never allows", func(t *rapid.T, draw source, req policy.Request, statements []statement, before policy.Effect) {
		i := draw(len(statements))
		if statements[i]["Effect"] != "Allow" {
			return
		}
		if after := effect(t, req, slices.Delete(slices.Clone(statements), i, i+1)); after == policy.Allow && before != policy.Allow {
			t.Fatalf("%v, then %v", before, after)
		}
	})
	check("the order means nothing", func(t *rapid.T, draw source, req policy.Request, statements []statement, before policy.Effect) {
		other := slices.Clone(statements)
		for i := range other {
			j := draw(i + 1)
			other[i], other[j] = other[j], other[i]
		}
		if after := effect(t, req, other); after != before {
			t.Fatalf("%v, then %v", before, after)
		}
	})
	check("a statement split is the statement", func(t *rapid.T, draw source, req policy.Request, statements []statement, before policy.Effect) {
		i := draw(len(statements))
		resources, ok := statements[i]["Resource"].([]string)
		if !ok {
			return
		}
		other := slices.Delete(slices.Clone(statements), i, i+1)
		for _, r := range resources {
			part := statement{"Resource": r}
			for _, name := range []string{"Effect", "Action", "NotAction"} {
				if v, ok := statements[i][name]; ok {
					part[name] = v
				}
			}
			other = append(other, part)
		}
		if after := effect(t, req, other); after != before {
			t.Fatalf("%v, then %v", before, after)
		}
	})
}
