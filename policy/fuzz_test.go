package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/octroi/octroi/policy"
)

// FuzzParse: it never panics, refuses with its own error, and what it accepts means the same to the
// reference, which reads with encoding/json.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		threeStatements(), v2008(allows("*", "*")), v2012(denies("a:b*", "arn:aws:*")), v2012(allows("*", repository("${aws:username, 'x'}/${*}"))),
		v2012(`{"Effect":"Deny","NotAction":["a:b"],"NotResource":["*"],"Sid":"A"}`), v2012(`{"Effect":"Deny","effect":"Allow","Action":"*","Resource":"*"}`),
		v2012(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}`), `{"Statement":[]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			var e *policy.MalformedError
			if d != nil || !errors.As(err, &e) || strings.ContainsAny(err.Error(), "\n\r\x1b\x00") {
				t.Fatalf("%v, %q", d, err)
			}
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatal("accepted what is not JSON")
		}
		for _, action := range requestActions {
			for _, resource := range requestResources {
				req := policy.Request{Principal: alice, Action: action, Resource: resource}
				policy.Evaluate(req, []policy.Source{{Type: policy.IdentityPolicy, Document: d}}).Sentence(req)
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
			policy.Glob(pattern, text)
			return
		}
		if strings.Count(pattern, "*") > 4 || len(text) > 40 || strings.ContainsRune(pattern, literalStar) || strings.ContainsRune(pattern, literalOne) {
			return // the naive matcher would take for ever, or has these characters for itself
		}
		if got, want := policy.Glob(pattern, text), naive([]rune(pattern), []rune(text)); got != want {
			t.Fatalf("%q on %q: %v", pattern, text, got)
		}
	})
}
