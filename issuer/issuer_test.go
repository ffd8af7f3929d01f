package issuer_test

import (
	"context"
	"encoding/base64"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

const account = "123456789012"

// house is an issuer over the real store and log, with a clock to move and one user who may have tokens.
type house struct {
	*issuer.Issuer
	t       *testing.T
	ahead   *atomic.Int64
	path    string
	store   *store.Store
	control *access.Control
	user    store.User
	key     store.AccessKey
}

const mayHaveTokens = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}}`

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, ahead: new(atomic.Int64), path: filepath.Join(t.TempDir(), "octroi.db")}
	h.store = h.openStore()
	log, err := audit.Open(audit.Config{Folder: filepath.Dir(h.path)})
	h.check(err)
	t.Cleanup(func() { log.Close() })
	h.control = &access.Control{Store: h.store, Log: log, Now: h.now}
	h.check(h.store.CreateAccount(t.Context(), store.Account{ID: account, Alias: "acme"}))
	h.Issuer = h.newIssuer(h.store)
	h.addUser()
	return h
}

func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

func (h *house) forward(d time.Duration) { h.ahead.Add(int64(d)) }

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) openStore() *store.Store {
	h.t.Helper()
	root, err := store.NewRootKey([32]byte{1})
	h.check(err)
	s, err := store.Open(context.Background(), store.Config{Path: h.path, Root: root, Now: h.now})
	h.check(err)
	h.t.Cleanup(func() { s.Close() })
	return s
}

func (h *house) newIssuer(s *store.Store) *issuer.Issuer {
	h.t.Helper()
	i, err := issuer.New(context.Background(), issuer.Config{Store: s, Access: h.control, Now: h.now})
	h.check(err)
	return i
}

func (h *house) addUser() {
	h.t.Helper()
	var err error
	h.user, err = h.store.CreateUser(h.t.Context(), account, "ci")
	h.check(err)
	h.check(h.store.PutInlinePolicy(h.t.Context(), h.user.Owner(), store.InlinePolicy{Name: "p", Document: mayHaveTokens}))
	h.key, _, err = h.store.CreateAccessKey(h.t.Context(), h.user)
	h.check(err)
}

func (h *house) principal() principal.Principal {
	p := h.user.Principal()
	p.AccessKey = h.key.ID
	return p
}

// password gets a login token.
func (h *house) password() string {
	h.t.Helper()
	out, err := h.GetAuthorizationToken(h.t.Context(), access.Call{RequestID: "r"}, h.principal(), &ecrpublic.GetAuthorizationTokenInput{})
	h.check(err)
	text, err := base64.StdEncoding.DecodeString(*out.AuthorizationData.AuthorizationToken)
	h.check(err)
	return strings.TrimPrefix(string(text), "AWS:")
}

func (h *house) login(password string) issuer.Login {
	h.t.Helper()
	l, err := h.Redeem(h.t.Context(), password)
	h.check(err)
	return l
}

// bearer exchanges a login.
func (h *house) bearer(l issuer.Login) (string, time.Time) {
	h.t.Helper()
	text, expires, err := h.Bearer(h.t.Context(), l, "repository:a:pull")
	h.check(err)
	return text, expires
}

// are fails unless the login and the bearer are both refused for this reason; nil is that both are taken.
func (h *house) are(what string, password, bearer string, want error) {
	h.t.Helper()
	if _, err := h.Redeem(h.t.Context(), password); !errors.Is(err, want) {
		h.t.Errorf("%s: the login: got %v, want %v", what, err, want)
	}
	if _, err := h.RedeemBearer(h.t.Context(), bearer); !errors.Is(err, want) {
		h.t.Errorf("%s: the bearer: got %v, want %v", what, err, want)
	}
}

func TestIssue(t *testing.T) {
	h := open(t)
	before := h.now().Add(issuer.Lifetime).Truncate(time.Second)
	l := h.login(h.password())
	if l.Principal != h.principal() || l.TokenID == "" || l.Expires.Before(before) || l.Expires.After(h.now().Add(issuer.Lifetime)) {
		t.Errorf("login: %+v", l)
	}
	text, expires := h.bearer(l)
	b, err := h.RedeemBearer(t.Context(), text)
	h.check(err)
	if b.Principal != h.principal() || b.Scope != "repository:a:pull" || !b.Expires.Equal(expires) || b.TokenID == l.TokenID {
		t.Errorf("bearer: %+v", b)
	}
	for _, text := range []string{"", "x", h.password() + "A", text} {
		if _, err := h.Redeem(t.Context(), text); !errors.Is(err, issuer.ErrForged) {
			t.Errorf("a login of %.10q: %v", text, err)
		}
	}
	for _, text := range []string{"", "x", h.password(), text[1:]} {
		if _, err := h.RedeemBearer(t.Context(), text); !errors.Is(err, issuer.ErrForged) {
			t.Errorf("a bearer of %.10q: %v", text, err)
		}
	}
}

func TestBothPermissionsAreNeeded(t *testing.T) {
	h := open(t)
	for _, action := range []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken", "ecr:GetAuthorizationToken"} {
		h.check(h.store.PutInlinePolicy(t.Context(), h.user.Owner(), store.InlinePolicy{Name: "p",
			Document: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + action + `","Resource":"*"}}`}))
		out, err := h.GetAuthorizationToken(t.Context(), access.Call{}, h.principal(), nil)
		var denied *access.DeniedError
		if out != nil || !errors.As(err, &denied) {
			t.Errorf("with %s alone: %v", action, err)
		}
	}
	if out, err := h.GetAuthorizationToken(t.Context(), access.Call{}, principal.Principal{}, nil); out != nil || err == nil {
		t.Errorf("anonymous: %v", err)
	}
}

// K05, K14: no token lives longer than it may, nor than the one that it came from.
func TestHostileK14(t *testing.T) {
	h := open(t)
	l := h.login(h.password())
	if _, expires := h.bearer(l); expires.After(h.now().Add(issuer.BearerLifetime)) {
		t.Errorf("a bearer lives until %v", expires)
	}
	h.forward(issuer.Lifetime - 5*time.Minute)
	text, expires := h.bearer(l)
	if !expires.Equal(l.Expires) {
		t.Errorf("a bearer lives until %v, its login until %v", expires, l.Expires)
	}
	h.forward(l.Expires.Sub(h.now()))
	if _, err := h.RedeemBearer(t.Context(), text); !errors.Is(err, issuer.ErrExpired) {
		t.Errorf("a bearer outlives its login: %v", err)
	}
	if text, _, err := h.Bearer(t.Context(), l, ""); err == nil {
		t.Errorf("a login that is over gets a bearer of %d characters", len(text))
	}
	text, expires, err := h.Bearer(t.Context(), issuer.Login{}, "s")
	h.check(err)
	b, err := h.RedeemBearer(t.Context(), text)
	if err != nil || b.Principal != (principal.Principal{}) || expires.After(h.now().Add(issuer.BearerLifetime)) {
		t.Errorf("nobody's bearer: %+v, %v", b, err)
	}
}

// What is over is over first: of a token that is expired and revoked as well it is said that it expired, and of one that
// was never sealed here neither.
func TestExpiryOrder(t *testing.T) {
	h := open(t)
	password := h.password()
	l := h.login(password)
	bearer, _ := h.bearer(l)
	h.check(h.store.DeleteUser(t.Context(), account, "ci"))
	h.are("revoked", password, bearer, issuer.ErrRevoked)
	h.forward(issuer.Lifetime)
	h.are("revoked and expired", password, bearer, issuer.ErrExpired)
	h.are("forged", password[1:], bearer[1:], issuer.ErrForged)
}
