package webidentity_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/octroi/octroi/webidentity"
)

// FuzzParse: whatever the text is, the answer is a token with an issuer or an *Error; and no second spelling of a token
// is taken for it.
func FuzzParse(f *testing.F) {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	good := part(`{"alg":"RS256","kid":"k","typ":"JWT"}`) + "." + part(`{"iss":"https://i","sub":"s","aud":["a"],"iat":1,"exp":2,"azp":"a"}`) + ".AAAA"
	for _, seed := range []string{good, good + "=", "", "...", good[:len(good)-1] + "B", strings.Replace(good, ".", "\n.", 1), part(`{"alg":"none"}`) + "." + part("{}") + "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := webidentity.Parse(text)
		refusal := new(webidentity.Error)
		if err != nil {
			if !errors.As(err, &refusal) || refusal.Message == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if token.Issuer() == "" || strings.Count(text, ".") != 2 || strings.ContainsAny(text, "=+/\r\n ") || len(text) > 20000 {
			t.Fatalf("taken: %q", text)
		}
	})
}

// FuzzCheckKeys: whatever a provider sends is a key set or an error, and a key set is never a private one.
func FuzzCheckKeys(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQ"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := webidentity.CheckKeys(text); err == nil && !strings.Contains(string(text), "keys") && !strings.Contains(string(text), `\u`) {
			t.Fatalf("a key set without keys: %q", text)
		}
	})
}
