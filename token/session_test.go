package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/token"
)

// session are realistic claims of a role's session.
func session() token.Claims {
	return token.Claims{
		Account: "123456789012", PrincipalID: "AROAQ7EXAMPLEOFAROLE", AccessKey: "ASIAQ7EXAMPLEOFAKEY2", Session: "what the session is",
		IssuedAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
}

func sealSession(t testing.TB, r *token.Ring, c token.Claims) (string, principal.Secret) {
	t.Helper()
	text, secret, err := r.SealSession(c)
	if err != nil {
		t.Fatal(err)
	}
	return text, secret
}

func TestSessionHasItsSecret(t *testing.T) {
	r := ring(t, key(1, noon))
	text, secret := sealSession(t, r, session())
	for name, at := range map[string]struct {
		now  time.Time
		want error
	}{"in time": {noon.Add(time.Minute), nil}, "over": {noon.Add(time.Hour), token.ErrExpired}} {
		c, again, err := r.OpenSession(text, at.now)
		if !errors.Is(err, at.want) || c != session() || again != secret {
			t.Errorf("%s: %+v, %v, the same secret: %t", name, c, err, again == secret)
		}
	}
	if c, again, err := r.OpenSession(text, noon.Add(-time.Hour)); err != token.ErrNotYet || c != (token.Claims{}) || again != (principal.Secret{}) {
		t.Errorf("from the future: %+v, %v", c, err)
	}
	if plain := secret.Reveal(); len(plain) != 40 || strings.Contains(text, plain) {
		t.Errorf("a secret of %d characters, in the token: %t", len(plain), strings.Contains(text, plain))
	}
	if shown := fmt.Sprintf("%v %+v %#v", secret, secret, secret); strings.Contains(shown, secret.Reveal()) {
		t.Error("the secret shows itself")
	}
}

func TestSecretsAreOfOneToken(t *testing.T) {
	r := ring(t, key(1, noon))
	seen := map[string]string{}
	other := session()
	other.AccessKey = "ASIAQ7EXAMPLEOFAKEY3"
	for name, seal := range map[string]func() (string, principal.Secret){
		"one":                   func() (string, principal.Secret) { return sealSession(t, r, session()) },
		"the same claims again": func() (string, principal.Secret) { return sealSession(t, r, session()) },
		"another key id":        func() (string, principal.Secret) { return sealSession(t, r, other) },
		"another deployment": func() (string, principal.Secret) {
			return sealSession(t, ringOf(t, "dep-another", key(1, noon)), session())
		},
	} {
		_, secret := seal()
		if first, twice := seen[secret.Reveal()]; twice {
			t.Errorf("%s has the secret of %s", name, first)
		}
		seen[secret.Reveal()] = name
	}
}

func TestHostileS31(t *testing.T) {
	r := ring(t, key(1, noon))
	text, _ := sealSession(t, r, session())
	bits, _ := raw.DecodeString(text)
	open := func(text string) {
		t.Helper()
		c, secret, err := r.OpenSession(text, noon)
		forged(t, c, err)
		if secret != (principal.Secret{}) {
			t.Error("a forged session has a secret")
		}
	}
	for i := range len(bits) * 8 {
		flipped := bytes.Clone(bits)
		flipped[i/8] ^= 1 << (i % 8)
		open(raw.EncodeToString(flipped))
	}
	for i := range bits {
		open(raw.EncodeToString(bits[:i]))
	}
	for _, other := range []string{"", text + "\n", text + "=", " " + text, text + "A", base64.StdEncoding.EncodeToString(bits) + "="} {
		open(other)
	}
}

func TestPurposesAreApart(t *testing.T) { // K03
	r := ring(t, key(1, noon))
	message := login()
	message.Scope, message.ExpiresAt = "the details", noon.Add(token.MaxSessionLifetime)
	text, _ := sealSession(t, r, session())
	of := map[token.Purpose]string{
		token.Login: seal(t, r, token.Login, login()), token.Bearer: seal(t, r, token.Bearer, bearer()),
		token.Session: text, token.Message: seal(t, r, token.Message, message),
	}
	for made, text := range of {
		for asked := range of {
			c, err := r.Open(asked, text, noon)
			if made == asked {
				if err != nil {
					t.Errorf("%v: %v", made, err)
				}
				continue
			}
			forged(t, c, err)
		}
	}
	c, err := r.OpenPassword(passwordOf(of[token.Session], "1"), noon)
	forged(t, c, err)
	c, _, err = r.OpenSession(of[token.Login], noon)
	forged(t, c, err)
	for p, want := range map[token.Purpose]string{token.Login: "login", token.Bearer: "bearer", token.Session: "session", token.Message: "message", 0: "none", 9: "none"} {
		if p.String() != want {
			t.Errorf("%d is %q", p, p)
		}
	}
}

func TestSealSessionRefuses(t *testing.T) {
	r := ring(t, key(1, noon))
	for name, change := range map[string]func(*token.Claims){
		"an id":               func(c *token.Claims) { c.ID = token.NewID() },
		"nobody's":            func(c *token.Claims) { c.Account, c.PrincipalID = "", "" },
		"no access key":       func(c *token.Claims) { c.AccessKey = "" },
		"not said what it is": func(c *token.Claims) { c.Session = "" },
		"too much said":       func(c *token.Claims) { c.Session = strings.Repeat("x", token.MaxSession+1) },
		"a scope":             func(c *token.Claims) { c.Scope = "s" },
		"a parent":            func(c *token.Claims) { c.Parent = "p" },
		"36 h and 1 s":        func(c *token.Claims) { c.ExpiresAt = noon.Add(token.MaxSessionLifetime + time.Second) },
	} {
		c := session()
		change(&c)
		if text, secret, err := r.SealSession(c); !errors.Is(err, token.ErrClaims) || text != "" || secret != (principal.Secret{}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := session()
	long.Session, long.ExpiresAt = strings.Repeat("x", token.MaxSession), noon.Add(token.MaxSessionLifetime)
	sealSession(t, r, long)
}

// What a session asked for says so, in a version that a program which does not know sessions refuses.
func TestVersionsOfTheFormat(t *testing.T) {
	r := ring(t, key(1, noon))
	narrowed := login()
	narrowed.Session = "what the session is"
	for want, c := range map[byte]token.Claims{1: login(), 2: narrowed} {
		bits, _ := raw.DecodeString(seal(t, r, token.Login, c))
		if bits[0] != want {
			t.Errorf("version %d, want %d", bits[0], want)
		}
		if got, err := r.OpenPassword(sealPassword(t, r, c), noon); err != nil || got != c {
			t.Errorf("version %d: %+v, %v", want, got, err)
		}
	}
	expiry := login().ExpiresAt.Unix()
	if got, err := r.Open(token.Login, r.SealRaw(2, token.Login, 1, expiry, token.Encoded(narrowed)), noon); err != nil || got != narrowed {
		t.Errorf("SealRaw seals something else: %v", err)
	}
	for _, v := range []byte{0, 3} {
		c, err := r.Open(token.Login, r.SealRaw(v, token.Login, 1, expiry, token.Encoded(narrowed)), noon)
		forged(t, c, err)
	}
	c, err := r.Open(token.Login, r.SealRaw(2, token.Login, 1, expiry, token.Encoded(login())), noon)
	forged(t, c, err) // a second spelling of a user's login
}
