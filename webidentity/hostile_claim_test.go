package webidentity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/webidentity"
)

func TestHostileW11(t *testing.T) {
	h := open(t, mainKey())
	sign := func(aud, azp any) string { return mainKey().Token(h.claims().With("aud", aud).With("azp", azp)) }
	for what, token := range map[string]string{
		"absent": sign(nil, nil), "other": sign("https://other.example.com", nil), "substring": sign(ours[:len(ours)-1], nil), "prefix": sign(ours+"/x", nil),
		"list of another": sign([]string{"other"}, nil), "number": sign(1, nil), "object": sign(map[string]any{ours: true}, nil), "empty": sign("", nil),
		"empty list": sign([]string{}, nil), "list of a number": sign([]any{ours, 1}, nil), "null in a list": sign([]any{ours, nil}, nil),
		"azp is another's": sign([]string{ours, "other"}, "other"), "azp is another's, of one": sign(ours, "other"), "two and no azp": sign([]string{ours, "other"}, nil),
		"other case": sign(strings.ToUpper(ours), nil), "a space": sign(ours+" ", nil), "azp ours, aud not": sign("other", ours),
	} {
		h.refuse(t, what, token, webidentity.Invalid, "Incorrect token audience")
	}
	for _, azp := range []any{1, "", []string{ours}} {
		h.refuse(t, "azp of another type", sign(ours, azp), webidentity.Invalid, "azp")
	}
	if who := h.allow(t, "two and azp is ours", sign([]string{ours, "other"}, ours)); who.Client != ours {
		t.Errorf("made for %q", who.Client)
	}
	h.allow(t, "a list of one", sign([]string{ours}, nil))
	if who := h.allow(t, "authorized party", sign(ours, "second")); who.Client != "second" {
		t.Errorf("made for %q", who.Client)
	}
	h.provider.Audiences = nil
	h.refuse(t, "a provider without audiences", sign(ours, nil), webidentity.Invalid, "Incorrect token audience")
}

func TestHostileW12(t *testing.T) {
	h := open(t, mainKey())
	url := h.issuer.URL
	for _, iss := range []string{url + "@evil", url + ".evil", url + "/", strings.ToUpper(url), strings.Replace(url, "https", "http", 1), url + "0",
		url + "/../x", url + "/x/..", " " + url, url + "#", url + "?", "https://" + h.issuer.Name + "\x00", h.issuer.Name, strings.Replace(url, "https://", "https://x@", 1)} {
		h.refuse(t, iss, mainKey().Token(h.claims().With("iss", iss)), webidentity.Unregistered, "No OpenIDConnect provider found in your account for ")
	}
	for _, iss := range []any{nil, "", 1, []string{url}} {
		h.refuse(t, "no issuer", mainKey().Token(h.claims().With("iss", iss)), webidentity.Invalid, "iss")
	}
	if discovery, sets := h.issuer.Asked(); discovery+sets != 0 {
		t.Errorf("%d questions were asked", discovery+sets)
	}
}

func TestHostileW13(t *testing.T) {
	h := open(t, mainKey())
	now := h.now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	text := func(name, value string) string {
		signed := h.claims().With(name, "PLACE")
		return mainKey().SignTexts(`{"alg":"RS256","kid":"main"}`, strings.Replace(jsonOf(t, signed), `"PLACE"`, value, 1))
	}
	old := h.claims().With("iat", at(-time.Hour)).With("nbf", nil)
	h.refuse(t, "61 s ago", mainKey().Token(old.With("exp", at(-61*time.Second))), webidentity.Expired, "Token expired: current date/time ")
	h.allow(t, "59 s ago", mainKey().Token(old.With("exp", at(-58*time.Second))))
	for what, token := range map[string]string{
		"exp absent": mainKey().Token(h.claims().With("exp", nil)), "exp a text": mainKey().Token(h.claims().With("exp", "tomorrow")),
		"exp 1e400": text("exp", "1e400"), "exp 1e9": text("exp", "1e9"), "exp a fraction": text("exp", "4000000000.5"), "exp negative": text("exp", "-1"),
		"exp beyond 64 bits": text("exp", "99999999999999999999"), "exp 2^62": text("exp", "4611686018427387904"), "exp null": text("exp", "null"),
		"exp in 10 years": mainKey().Token(h.claims().With("exp", at(10*366*24*time.Hour))), "nbf in 2 min": mainKey().Token(h.claims().With("nbf", at(2*time.Minute))),
		"iat in 2 min": mainKey().Token(h.claims().With("iat", at(2*time.Minute))), "exp < iat": mainKey().Token(h.claims().With("exp", at(-10*time.Second)).With("iat", at(-5*time.Second))),
		"iat absent": mainKey().Token(h.claims().With("iat", nil)), "nbf a text": mainKey().Token(h.claims().With("nbf", "now")),
		"iat a day and more ago": mainKey().Token(h.claims().With("iat", at(-25*time.Hour))),
	} {
		h.refuse(t, what, token, webidentity.Invalid, "")
	}
	h.allow(t, "nbf in 50 s", mainKey().Token(h.claims().With("nbf", at(50*time.Second))))
	h.allow(t, "iat in 50 s", mainKey().Token(h.claims().With("iat", at(50*time.Second))))
}

func TestHostileW14(t *testing.T) {
	h := open(t, mainKey())
	for what, sub := range map[string]any{"absent": nil, "empty": "", "256": strings.Repeat("s", 256), "star": "repo:acme/*", "NUL": "a\x00b", "list": []string{"a"},
		"number": 1, "escape": "a\x1b[31m", "line": "a\nb", "right to left": "a\u202eb", "beyond ASCII": "ä"} {
		h.refuse(t, what, mainKey().Token(h.claims().With("sub", sub)), webidentity.Invalid, "sub")
	}
	h.allow(t, "255", mainKey().Token(h.claims().With("sub", strings.Repeat("s", 255))))
}

// W16: what a pod is given when nobody asks for an audience is made for the API server.
func TestHostileW16(t *testing.T) {
	h := open(t, mainKey())
	c := testissuer.Claims(h.claims()).With("aud", []string{"https://kubernetes.default.svc.cluster.local"}).With("sub", "system:serviceaccount:ci:builder").
		With("kubernetes.io", map[string]any{"namespace": "ci", "serviceaccount": map[string]any{"name": "builder"}})
	h.refuse(t, "the API server's", mainKey().Token(c), webidentity.Invalid, "Incorrect token audience")
	h.allow(t, "ours", mainKey().Token(c.With("aud", []string{ours})))
}
