package credential_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/credential"
)

func TestParseChallenges(t *testing.T) {
	type all = []credential.Challenge
	for text, want := range map[string]all{
		`Bearer realm="https://h/token",service="s",scope="a b"`: {{Scheme: "bearer", Realm: "https://h/token"}},
		`bearer service=s , realm = https://h/`:                  {{Scheme: "bearer", Realm: "https://h/"}},
		`Basic realm="a, Bearer realm=x"`:                        {{Scheme: "basic", Realm: "a, Bearer realm=x"}},
		`Basic realm="a", Bearer realm="b"`:                      {{Scheme: "basic", Realm: "a"}, {Scheme: "bearer", Realm: "b"}},
		`Bearer realm="a\"b"`:                                    {{Scheme: "bearer", Realm: `a"b`}},
		`Bearer realm="a", realm="b"`:                            {{Scheme: "bearer", Realm: "a"}},
		`Negotiate, Bearer realm="open`:                          {{Scheme: "negotiate"}, {Scheme: "bearer", Realm: "open"}},
		`realm="x"`:                                              nil,
		"":                                                       nil,
		`, ,"=`:                                                  nil,
	} {
		got := credential.ParseChallenges(http.Header{"Www-Authenticate": {text}})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// FuzzParseChallenges ends, and never lets a bearer's realm on another host pass.
func FuzzParseChallenges(f *testing.F) {
	f.Add(`Bearer realm="https://registry.example.com/token"`)
	f.Add(`Basic realm="a", Bearer realm=b`)
	f.Fuzz(func(t *testing.T, text string) {
		h, err := credential.ParseHost("registry.example.com")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range credential.ParseChallenges(http.Header{"Www-Authenticate": {text}}) {
			other := credential.Challenge{Scheme: "bearer", Realm: "https://evil.example.com/" + c.Realm}
			if other.Check(h) == nil {
				t.Errorf("%q", other.Realm)
			}
		}
	})
}
