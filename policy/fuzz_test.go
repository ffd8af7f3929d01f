package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// FuzzParse: no reader panics, each refuses with its own error, what is accepted is JSON, and evaluating
// it does not panic. What an identity policy allows, it allows as a boundary of everything too.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		threeStatements(), v2008(allows("*", "*")), v2012(denies("a:b*", "arn:aws:*")), v2012(allows("*", repository("${aws:username, 'x'}/${*}"))),
		v2012(`{"Effect":"Deny","NotAction":["a:b"],"NotResource":["*"],"Sid":"A"}`), v2012(`{"Effect":"Deny","effect":"Allow","Action":"*","Resource":"*"}`),
		v2012(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}`), `{"Statement":[]}`, conditioned(), v2012(granting(`"*"`, "*")), v2012(refusing(`"NotPrincipal":`+aws(account, alice.ARN()), "*")),
		v2012(`{"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:*","Condition":` + pinned + `}`),
		v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ForAnyValue:ArnLikeIfExists":{"aws:PrincipalArn":["arn:aws:iam::*:user/${aws:username}"]}}}`),
	} {
		f.Add(seed)
	}
	all := document(f, v2012(allows("*", "*")))
	f.Fuzz(func(t *testing.T, text string) {
		for kind, parse := range map[policy.Type]func([]byte) (*policy.Document, error){
			policy.IdentityPolicy: policy.Parse, policy.SessionPolicy: policy.ParseSession, policy.ResourcePolicy: policy.ParseResource, policy.TrustPolicy: policy.ParseTrust,
		} {
			d, err := parse([]byte(text))
			if err != nil {
				var e *policy.MalformedError
				if d != nil || !errors.As(err, &e) || strings.ContainsAny(err.Error(), "\n\r\x1b\x00") {
					t.Fatalf("%v, %q", d, err)
				}
				continue
			}
			if !json.Valid([]byte(text)) {
				t.Fatal("accepted what is not JSON")
			}
			evaluateAll(t, kind, d, all)
		}
	})
}

func evaluateAll(t *testing.T, kind policy.Type, d, all *policy.Document) {
	for _, who := range []principal.Principal{alice, builder, ci, {}} {
		for _, action := range append(requestActions, assume) {
			for _, resource := range requestResources {
				req := policy.Request{Principal: who, Action: action, Resource: resource, ResourceAccount: account, Context: conditionedContext()}
				decision := policy.Evaluate(req, []policy.Source{{Type: kind, Document: d}})
				decision.Sentence(req)
				if kind != policy.IdentityPolicy {
					continue
				}
				bounded := policy.Evaluate(req, []policy.Source{{Type: policy.PermissionsBoundary, Document: d}, {Type: policy.IdentityPolicy, Document: all}})
				if bounded.Effect != decision.Effect {
					t.Fatalf("%+v, as a boundary of everything %+v", decision, bounded)
				}
			}
		}
	}
}

// FuzzValues: a value of a request that cannot be compared never makes an Allow hold where a Deny does
// not, whatever the operator.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{"5", "2026-01-01T00:00:00Z", "10.0.0.1", "::ffff:10.0.0.1%z", "arn:aws:iam::1:x", "YWJj", "true", "ſ", "\xff", "1e9", ""} {
		f.Add(seed)
	}
	type pair struct{ allow, deny []policy.Source }
	var pairs []pair
	for operator, value := range map[string]string{
		"StringEquals": "5", "StringEqualsIgnoreCase": "true", "StringLike": "*0*", "NumericLessThan": "5", "NumericEquals": "5", "DateEquals": "2026-01-01", "DateGreaterThan": "2026-01-01",
		"Bool": "true", "BinaryEquals": "YWJj", "IpAddress": "10.0.0.0/8", "ArnLike": "arn:aws:iam::*:*",
	} {
		condition := `,"Action":"*","Resource":"*","Condition":{"` + operator + `":{"aws:PrincipalTag/x":"` + value + `"}}}`
		pairs = append(pairs, pair{allow: inForce(f, v2012(`{"Effect":"Allow"`+condition)), deny: inForce(f, v2012(`{"Effect":"Deny"`+condition))})
	}
	f.Fuzz(func(t *testing.T, value string) {
		req := policy.Request{Principal: alice, Action: put, Resource: team}
		req.Context.SetPrincipalTag("x", value)
		for _, p := range pairs {
			if policy.Evaluate(req, p.allow).Allowed() && policy.Evaluate(req, p.deny).Effect != policy.ExplicitDeny {
				t.Fatalf("%q is allowed and not denied", value)
			}
		}
	})
}

// FuzzGlob compares the matcher with the one that is defined by what the wildcards mean.
func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{{"*", ""}, {"a*b", "ab"}, {"*a*a*b", "aaaa"}, {"?", "é"}, {"*?é*", "aé"}, {"**?", "x"}, {"", ""}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			glob(pattern, text)
			return
		}
		if strings.Count(pattern, "*") > 4 || len(text) > 40 || strings.ContainsRune(pattern, literalStar) || strings.ContainsRune(pattern, literalOne) {
			return // the naive matcher would take for ever, or has these characters for itself
		}
		if got, want := glob(pattern, text), naive([]rune(pattern), []rune(text)); got != want {
			t.Fatalf("%q on %q: %v", pattern, text, got)
		}
	})
}
