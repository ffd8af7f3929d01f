package token_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/token"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const deployment = "dep-0123456789abcdef"

// key is a key with a fixed secret, that seals from that time.
func key(id token.KeyID, activated time.Time) token.Key {
	k := token.Key{ID: id, Created: activated.Add(-time.Minute), Activated: activated}
	for i := range k.Secret {
		k.Secret[i] = byte(int(id)*31 + i)
	}
	return k
}

func ring(t testing.TB, keys ...token.Key) *token.Ring {
	t.Helper()
	return ringOf(t, deployment, keys...)
}

func ringOf(t testing.TB, deployment string, keys ...token.Key) *token.Ring {
	t.Helper()
	r, err := token.NewRing(deployment, keys)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// login are realistic claims.
func login() token.Claims {
	return token.Claims{
		ID: "JBSWY3DPEHPK3PXPJBSWY3DPEH", Account: "123456789012", PrincipalID: "AIDAQ7EXAMPLEOFAUSER", AccessKey: "AKIAQ7EXAMPLEOFAKEY2",
		IssuedAt: noon, ExpiresAt: noon.Add(12 * time.Hour),
	}
}

func bearer() token.Claims {
	c := login()
	c.Parent, c.Scope, c.ExpiresAt = c.ID, "repository:acme/app:pull,push", noon.Add(5*time.Minute)
	return c
}

func seal(t testing.TB, r *token.Ring, p token.Purpose, c token.Claims) string {
	t.Helper()
	text, err := r.Seal(p, c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func sealPassword(t testing.TB, r *token.Ring, c token.Claims) string {
	t.Helper()
	text, err := r.SealPassword(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// forged fails the test unless the error is ErrForged and there are no claims with it.
func forged(t *testing.T, c token.Claims, err error) {
	t.Helper()
	if err != token.ErrForged || c != (token.Claims{}) {
		t.Errorf("got %+v, %v, want ErrForged", c, err)
	}
}

func TestSealAndOpen(t *testing.T) {
	r := ring(t, key(1, noon))
	c := bearer()
	c.IssuedAt, c.ExpiresAt = c.IssuedAt.Add(999*time.Millisecond), c.ExpiresAt.Add(999*time.Millisecond)
	got, err := r.Open(token.Bearer, seal(t, r, token.Bearer, c), noon.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bearer(), got); diff != "" {
		t.Error(diff)
	}
	got, err = r.OpenPassword(sealPassword(t, r, login()), noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(login(), got); diff != "" {
		t.Error(diff)
	}
	nobody := token.Claims{ID: token.NewID(), Scope: strings.Repeat("s", token.MaxScope), IssuedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	if got, err := r.Open(token.Bearer, seal(t, r, token.Bearer, nobody), noon); err != nil || got != nobody {
		t.Errorf("a bearer of nobody: %v", err)
	}
}

func TestSealRefuses(t *testing.T) {
	r := ring(t, key(1, noon))
	for name, c := range map[string]struct {
		p      token.Purpose
		change func(*token.Claims)
		want   error
	}{
		"no purpose":        {0, func(*token.Claims) {}, token.ErrClaims},
		"unknown purpose":   {99, func(*token.Claims) {}, token.ErrClaims},
		"no id":             {token.Login, func(c *token.Claims) { c.ID = "" }, token.ErrClaims},
		"login of nobody":   {token.Login, func(c *token.Claims) { c.Account, c.PrincipalID = "", "" }, token.ErrClaims},
		"no account":        {token.Bearer, func(c *token.Claims) { c.Account = "" }, token.ErrClaims},
		"no principal":      {token.Bearer, func(c *token.Claims) { c.PrincipalID = "" }, token.ErrClaims},
		"login with scope":  {token.Login, func(c *token.Claims) { c.Scope = "s" }, token.ErrClaims},
		"login with parent": {token.Login, func(c *token.Claims) { c.Parent = "p" }, token.ErrClaims},
		"K05 12 h and 1 s":  {token.Login, func(c *token.Claims) { c.ExpiresAt = c.ExpiresAt.Add(time.Second) }, token.ErrClaims},
		"over at once":      {token.Login, func(c *token.Claims) { c.ExpiresAt = c.IssuedAt }, token.ErrClaims},
		"no times":          {token.Login, func(c *token.Claims) { c.IssuedAt, c.ExpiresAt = time.Time{}, time.Time{} }, token.ErrClaims},
		"long id":           {token.Login, func(c *token.Claims) { c.ID = strings.Repeat("x", 129) }, token.ErrClaims},
		"long scope":        {token.Bearer, func(c *token.Claims) { c.Scope = strings.Repeat("x", token.MaxScope+1) }, token.ErrClaims},
		"before the keys":   {token.Login, func(c *token.Claims) { c.IssuedAt, c.ExpiresAt = noon.Add(-time.Second), noon }, token.ErrNoKey},
		"password over 4096": {token.Login, func(c *token.Claims) {
			long := strings.Repeat("x", 128)
			c.ID, c.PrincipalID, c.Session = long, long, strings.Repeat("x", token.MaxSession)
		}, token.ErrClaims},
	} {
		claims := login()
		c.change(&claims)
		_, err := r.Seal(c.p, claims)
		if c.p == token.Login {
			_, err = r.SealPassword(claims)
			if text, other := r.SealAuthorizationToken(claims); text != "" || !errors.Is(other, c.want) {
				t.Errorf("%s: the authorization token is %q, %v, want %v", name, text, other, c.want)
			}
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestNewRingRefuses(t *testing.T) {
	good := key(1, noon)
	for name, c := range map[string]struct {
		deployment string
		keys       []token.Key
	}{
		"no deployment":   {"", []token.Key{good}},
		"long deployment": {strings.Repeat("d", 129), []token.Key{good}},
		"no keys":         {deployment, nil},
		"no id":           {deployment, []token.Key{key(0, noon)}},
		"no secret":       {deployment, []token.Key{{ID: 1, Activated: noon}}},
		"never active":    {deployment, []token.Key{key(1, time.Time{})}},
		"one id twice":    {deployment, []token.Key{good, key(1, noon.Add(1))}},
	} {
		if r, err := token.NewRing(c.deployment, c.keys); !errors.Is(err, token.ErrKeys) || r != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestZeroRingOpensNothing(t *testing.T) {
	text, password := seal(t, ring(t, key(1, noon)), token.Bearer, bearer()), sealPassword(t, ring(t, key(1, noon)), login())
	for _, r := range []*token.Ring{nil, {}} {
		c, err := r.Open(token.Bearer, text, noon)
		forged(t, c, err)
		c, err = r.OpenPassword(password, noon)
		forged(t, c, err)
	}
	if _, err := new(token.Ring).Seal(token.Bearer, bearer()); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("zero ring seals: %v", err)
	}
}

func TestKeysRedactThemselves(t *testing.T) {
	k := token.NewKey(7, noon, time.Second)
	secret := string(k.Secret[:])
	r := ring(t, k)
	encoded, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", k, "secret", k.Secret, "ring", r)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", k, "secret", k.Secret)
	texts := []string{string(encoded), log.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X"} {
		texts = append(texts, fmt.Sprintf(verb, k), fmt.Sprintf(verb, k.Secret), fmt.Sprintf(verb, r), fmt.Sprintf(verb, &k))
	}
	for _, text := range texts {
		for _, leak := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprintf("%d", []byte(secret))[1:20]} {
			if strings.Contains(text, leak) {
				t.Errorf("shows its secret: %s", text)
			}
		}
	}
}

func TestPurposeNames(t *testing.T) {
	for p, want := range map[token.Purpose]string{0: "none", token.Login: "login", token.Bearer: "bearer", 99: "none"} {
		if got := p.String(); got != want {
			t.Errorf("purpose %d is %q", byte(p), got)
		}
	}
}
