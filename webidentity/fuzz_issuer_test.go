package webidentity_test

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/octroi/octroi/webidentity"
)

// FuzzParseIssuer: a provider has one URL, and one that may be registered without a word of the operator is at no address
// of this machine or its network (W12, W19).
func FuzzParseIssuer(f *testing.F) {
	for _, seed := range []string{"https://token.actions.githubusercontent.com", "https://issuer.example.com:8443/a/b", "http://issuer.example.com", "https://issuer@evil.example", "https://2130706433", "https://0x7f.1", "https://127.1",
		"https://169.254.169.254", "https://[::1]", "https://a.localhost", "https://issuer.example.com/a/../b", "https://Issuer.example.com", "https://issuer.example.com:", "https://issuer.example.com/%61", "https://xn--bcher-kva.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		i, err := webidentity.ParseIssuer(text)
		if err != nil {
			if !errors.Is(err, webidentity.ErrIssuer) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		u, err := url.Parse(text)
		if err != nil || i.URL() != text || u.String() != text || u.Host != i.Host || strings.ToLower(i.Host) != i.Host || strings.HasSuffix(text, "/") {
			t.Fatalf("%q is %+v", text, i)
		}
		if _, reach, err := webidentity.Register(text, nil); err == nil {
			a, numeric := netip.ParseAddr(u.Hostname())
			if reach != webidentity.Public || numeric == nil && !webidentity.Allows(webidentity.Public, a) || u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".local") {
				t.Fatalf("%q may be registered", text)
			}
		}
	})
}

// FuzzReach: a public address is none of a private network, in whichever disguise; and inside there are no metadata
// services (W19, W20).
func FuzzReach(f *testing.F) {
	for _, seed := range []string{"127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fec0::1", "fd00:ec2::254", "::", "192.0.2.1", "2001:db8::1", "1.1.1.1", "fe80::1%eth0", "2606:4700::1111%1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return
		}
		bare := a.Unmap()
		inside := bare.IsPrivate() || bare.IsLoopback() || bare.IsLinkLocalUnicast() || bare.IsMulticast() || bare.IsUnspecified() || bare.Zone() != ""
		if webidentity.Allows(webidentity.Public, a) && inside {
			t.Fatalf("%q is public", text)
		}
		if webidentity.Allows(webidentity.Internal, a) && (bare.IsLinkLocalUnicast() || bare == netip.MustParseAddr("fd00:ec2::254") || bare.IsUnspecified()) {
			t.Fatalf("%q may be a provider", text)
		}
	})
}

// FuzzDiscovery: whatever a provider says of itself, its keys are asked for over TLS and on its own host (W21).
func FuzzDiscovery(f *testing.F) {
	i, err := webidentity.ParseIssuer("https://issuer.example.com:8443/a")
	if err != nil {
		f.Fatal(err)
	}
	for _, keys := range []string{"https://issuer.example.com:8443/keys", "https://evil.example/keys", "http://issuer.example.com:8443/keys", "https://u@issuer.example.com:8443/", "https://issuer.example.com:8443@evil.example/", "//issuer.example.com:8443/k", "https:issuer.example.com", "https://issuer.example.com:8443/#x", "https://issuer.example.com:8443\\@evil.example/"} {
		f.Add([]byte(`{"issuer":"https://issuer.example.com:8443/a","jwks_uri":"` + strings.ReplaceAll(keys, `\`, `\\`) + `"}`))
	}
	f.Add([]byte(`{"issuer":"https://other.example","jwks_uri":"https://issuer.example.com:8443/keys"}`))
	f.Add([]byte(`{"issuer":"https://issuer.example.com:8443/a","issuer":"https://other.example","jwks_uri":"https://issuer.example.com:8443/keys"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		address, err := webidentity.KeyAddress(i, text)
		if err != nil {
			if address != "" || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%q beside %v", address, err)
			}
			return
		}
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" || u.Host != i.Host || u.User != nil || u.Fragment != "" {
			t.Fatalf("the keys are at %q", address)
		}
	})
}

// FuzzClaims is FuzzParse with the two parts before they are encoded, where a fuzzer gets further.
func FuzzClaims(f *testing.F) {
	f.Add(`{"alg":"RS256","kid":"k","typ":"JWT"}`, `{"iss":"https://i","sub":"s","aud":["a"],"iat":1,"exp":2,"azp":"a"}`)
	f.Add(`{"alg":"none"}`, `{}`)
	f.Add(`{"alg":"RS256","alg":"none"}`, `{"iss":"https://i","iss":"https://j"}`)
	f.Add(`{"alg":"ES256","crit":["b64"],"b64":false}`, `{"iss":"https://i","exp":1e400}`)
	f.Add(`{"alg":"RS256","jwk":{},"jku":"https://evil.example"}`, `{"iss":"https://i","aud":{"a":true},"exp":"2","sub":["s"]}`)
	f.Fuzz(func(t *testing.T, header, claims string) {
		part := base64.RawURLEncoding.EncodeToString
		token, err := webidentity.Parse(part([]byte(header)) + "." + part([]byte(claims)) + ".AAAA")
		if refusal := new(webidentity.Error); err != nil && (!errors.As(err, &refusal) || strings.ContainsAny(refusal.Message, "\n\x1b")) {
			t.Fatalf("refused with %v", err)
		}
		if err == nil && (token.Issuer() == "" || !strings.Contains(header, "alg") && !strings.Contains(header, `\u`)) {
			t.Fatalf("taken: %q %q", header, claims)
		}
	})
}
