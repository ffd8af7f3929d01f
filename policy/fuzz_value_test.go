package policy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// FuzzLiteral: a value that a document may hold is met by itself in a request, so that no document says what no request
// can be; and its negation is not met.
func FuzzLiteral(f *testing.F) {
	pairs := [][2]string{{"StringEquals", "StringNotEquals"}, {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"}, {"StringLike", "StringNotLike"},
		{"NumericEquals", "NumericNotEquals"}, {"NumericLessThanEquals", "NumericGreaterThan"}, {"DateEquals", "DateNotEquals"}, {"DateGreaterThanEquals", "DateLessThan"},
		{"Bool", ""}, {"BinaryEquals", ""}, {"IpAddress", "NotIpAddress"}, {"ArnEquals", "ArnNotEquals"}}
	for i, seed := range []string{"a", "ſ", "*?", "5", "-0.50", "2026-01-01T00:00:00.5+01:00", "1767225600", "true", "YWJj", "2001:db8::1", "arn:aws:iam::1:user/a",
		"NaN", "1e400", "0x10", "2026-02-30", "1.2.3.4/33", "::ffff:10.0.0.1", "fe80::1%z", "2026-01-01T24:00Z", "+5", "01", "999999999999999", "YWJj\n", "${*}"} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, kind uint8, value string) {
		pair := pairs[int(kind)%len(pairs)]
		if !utf8.ValidString(value) || strings.Contains(value, "${") || pair[0] == "ArnEquals" && strings.ContainsAny(value, "*?") || strings.Contains(value, "/") && pair[0] == "IpAddress" {
			return
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		for n, operator := range pair {
			d, err := policy.Parse([]byte(v2012(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"` + operator + `":{"aws:PrincipalTag/x":` + string(text) + `}}}`)))
			if err != nil {
				return
			}
			req := policy.Request{Principal: alice, Action: put, Resource: team}
			req.Context.SetPrincipalTag("x", value)
			if allowed := policy.Evaluate(req, []policy.Source{{Type: policy.IdentityPolicy, Document: d}}).Allowed(); allowed != (n == 0) {
				t.Fatalf("%s %s: %v", operator, text, allowed)
			}
		}
	})
}

// FuzzVariable: a name that stands for a variable is a text and never a pattern (P12, P13): a user has the folder of his
// own name and no other, whatever he is called.
func FuzzVariable(f *testing.F) {
	for _, seed := range [][2]string{{"alice", "home/alice/x"}, {"*", "home/bob/x"}, {"?", "home/a/x"}, {"a/../b", "home/b/x"}, {"${aws:userid}", "home/AIDAEXAMPLE/x"},
		{"alice", "home/alice/x/y"}, {"", "home//x"}, {"\uff0a", "home/\uff0a/x"}, {"\uf8f0", "home/z/x"}, {"a\x00", "home/a/x"}} {
		f.Add(seed[0], seed[1])
	}
	own := inForce(f, v2012(allows("*", repository("home/${aws:username}/x"))))
	not := inForce(f, v2012(allows("*", "*")), v2012(denies("*", repository("home/${aws:username}/x"))))
	f.Fuzz(func(t *testing.T, name, path string) {
		who := principal.Principal{Kind: principal.User, Account: account, ID: "AIDAEXAMPLE", Name: name, Path: "/"}
		req := policy.Request{Principal: who, Action: put, Resource: repository(path)}
		same := path == "home/"+name+"/x"
		if allowed := policy.Evaluate(req, own).Allowed(); allowed && !same || !allowed && same && name != "" && len(path) < 1000 && utf8.ValidString(path) {
			t.Fatalf("%q may %q: %v", name, path, allowed)
		}
		if same && policy.Evaluate(req, not).Allowed() {
			t.Fatalf("%q escapes the Deny of %q", name, path)
		}
	})
}
