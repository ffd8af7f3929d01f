package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/policy/pattern"
	"github.com/octroi/octroi/principal"
)

// The words of the truth tables.

const account = "123456789012"

var alice = principal.Principal{Kind: principal.User, Account: account, ID: "AIDAALICE", Name: "alice", Path: "/team/"}

func repository(name string) string { return principal.RepositoryARN(account, name) }

// v2012 is a document of that version with these statements.
func v2012(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func v2008(statements ...string) string {
	return `{"Version":"2008-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func allows(action, resource string) string { return simple("Allow", action, resource) }

func denies(action, resource string) string { return simple("Deny", action, resource) }

func simple(effect, action, resource string) string {
	return fmt.Sprintf(`{"Effect":%q,"Action":%q,"Resource":%q}`, effect, action, resource)
}

type outcome struct {
	want             policy.Effect
	action, resource string
}

func allow(action, resource string) outcome { return outcome{policy.Allow, action, resource} }

// deny is an explicit deny, none an implicit one.
func deny(action, resource string) outcome { return outcome{policy.ExplicitDeny, action, resource} }

func none(action, resource string) outcome { return outcome{policy.ImplicitDeny, action, resource} }

type row struct {
	name     string
	policies []string
	outcomes []outcome
}

// judge runs a table for a principal and a context. The resources are those of the principal's account,
// whatever their ARNs say.
func judge(t *testing.T, who principal.Principal, context policy.Context, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Helper()
			sources := inForce(t, r.policies...)
			for _, o := range r.outcomes {
				req := policy.Request{Principal: who, Action: o.action, Resource: o.resource, Context: context, ResourceAccount: who.Account}
				got := policy.Evaluate(req, sources)
				if got.Effect != o.want || got.Allowed() != (o.want == policy.Allow) {
					t.Errorf("%s on %q: %v, want %v\n%s", o.action, o.resource, got.Effect, o.want, strings.Join(r.policies, "\n"))
				}
			}
		})
	}
}

func inForce(t testing.TB, policies ...string) []policy.Source {
	t.Helper()
	sources := make([]policy.Source, len(policies))
	for i, text := range policies {
		sources[i] = policy.Source{Type: policy.IdentityPolicy, Name: fmt.Sprintf("policy%d", i+1), Document: document(t, text)}
	}
	return sources
}

func document(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return d
}

// glob compiles and matches, for tests of the matcher alone.
func glob(text, value string) bool {
	p := pattern.Compile(text)
	return p.Matches(value)
}
