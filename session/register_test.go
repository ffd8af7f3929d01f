package session_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

const account = "123456789012"

// house is a register over a store with a user, its key, and a role.
type house struct {
	*session.Register
	t    testing.TB
	now  time.Time
	user store.User
	key  store.AccessKey
	role store.Role
}

const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}`

func open(t testing.TB) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{t: t, now: noon}
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(t.TempDir(), "db"), Root: root, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	k := token.Key{ID: 1, Activated: noon}
	k.Secret[0] = 1
	ring, err := token.NewRing("deployment", []token.Key{k})
	if err != nil {
		t.Fatal(err)
	}
	h.Register = &session.Register{Store: s, Now: clock, Ring: func(context.Context) (*token.Ring, error) { return ring, nil }}
	h.must(s.CreateAccount(ctx, store.Account{ID: account, Alias: "local"}))
	h.user, err = s.CreateUser(ctx, account, "anna")
	h.must(err)
	h.key, _, err = s.CreateAccessKey(ctx, h.user)
	h.must(err)
	h.addRole()
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) addRole() {
	h.t.Helper()
	r, err := h.Store.CreateRole(context.Background(), store.Role{Account: account, Name: "builder", Path: "/ci/", Trust: trust})
	h.must(err)
	h.role = r
}

// begin begins a session of each kind.
func (h *house) begin(kind principal.Kind) session.Credentials {
	h.t.Helper()
	b := session.Beginning{Account: account, ID: h.user.ID, Lifetime: time.Hour, Session: session.Session{Kind: kind, Parent: h.key.ID}}
	switch kind {
	case principal.AssumedRole:
		b.ID, b.Session.Name = h.role.ID, "build-7"
	case principal.FederatedUser:
		b.Session.Name = "guest"
	}
	c, err := h.Begin(context.Background(), b)
	h.must(err)
	return c
}

func (h *house) open(c session.Credentials) (session.Opened, error) {
	return h.Open(context.Background(), c.AccessKey, c.Token.Reveal())
}

var arns = map[principal.Kind]string{
	principal.User:          "arn:aws:iam::123456789012:user/anna",
	principal.AssumedRole:   "arn:aws:sts::123456789012:assumed-role/builder/build-7",
	principal.FederatedUser: "arn:aws:sts::123456789012:federated-user/guest",
}

func TestSessionsOpen(t *testing.T) {
	h := open(t)
	for kind, arn := range arns {
		c := h.begin(kind)
		got, err := h.open(c)
		if err != nil {
			t.Fatalf("%s: %v", arn, err)
		}
		if p := got.Principal; p.ARN() != arn || p.Kind != kind || p.AccessKey != c.AccessKey || !p.InSession() || got.Secret != c.Secret {
			t.Errorf("%s: %s, %+v", arn, p, p)
		}
		if kind == principal.AssumedRole && got.Principal.RoleARN() != "arn:aws:iam::123456789012:role/ci/builder" {
			t.Errorf("role %s", got.Principal.RoleARN())
		}
		if a, ok := session.AccountOf(c.AccessKey); !ok || a != account || len(c.AccessKey) != 20 {
			t.Errorf("%s is of account %q", c.AccessKey, a)
		}
		if !c.Ends.Equal(noon.Add(time.Hour)) {
			t.Errorf("ends %v", c.Ends)
		}
	}
	for _, id := range []principal.AccessKeyID{"", "AKIAQ7EXAMPLEOFAKEY2", "ASIA", "ASIA777777777777AAAA", "ASIA1111111111111111", "ASIAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		if a, ok := session.AccountOf(id); ok {
			t.Errorf("%s is of account %s", id, a)
		}
	}
}

func TestHostileS31(t *testing.T) {
	h := open(t)
	one, two := h.begin(principal.AssumedRole), h.begin(principal.AssumedRole)
	for name, c := range map[string]session.Credentials{
		"of another key": {AccessKey: one.AccessKey, Token: two.Token}, "of a user's key": {AccessKey: h.key.ID, Token: one.Token},
		"no key": {Token: one.Token}, "no token": {AccessKey: one.AccessKey},
		"forged": {AccessKey: one.AccessKey, Token: principal.NewSecretFrom(strings.ToLower(one.Token.Reveal()))},
	} {
		if got, err := h.open(c); !errors.Is(err, session.ErrUnknown) || got != (session.Opened{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// S32, K17: what is over and what was revoked says so, to the holder of the secret. W31, S33: what is gone says nothing.
func TestSessionsEnd(t *testing.T) {
	ctx := context.Background()
	every := []principal.Kind{principal.User, principal.AssumedRole, principal.FederatedUser}
	ofUser := []principal.Kind{principal.User, principal.FederatedUser}
	ofRole := []principal.Kind{principal.AssumedRole}
	for name, c := range map[string]struct {
		kinds []principal.Kind
		end   func(*house, session.Credentials) error
		want  error
	}{
		"S32 its time is over": {every, func(h *house, c session.Credentials) error { h.now = c.Ends; return nil }, session.ErrOver},
		"K17 the session is revoked": {every, func(h *house, c session.Credentials) error {
			return h.Store.Revoke(ctx, store.RevokeSession, string(c.AccessKey), h.now)
		}, session.ErrOver},
		"K17 the role's sessions up to now": {ofRole, func(h *house, c session.Credentials) error {
			return h.Store.Revoke(ctx, store.RevokePrincipal, h.role.ID, h.now)
		}, session.ErrOver},
		"K17 the user's sessions up to now": {ofUser, func(h *house, c session.Credentials) error {
			return h.Store.Revoke(ctx, store.RevokePrincipal, h.user.ID, h.now)
		}, session.ErrOver},
		"W31 the role is made again": {ofRole, func(h *house, c session.Credentials) error {
			defer h.addRole()
			return h.Store.DeleteRole(ctx, h.role)
		}, session.ErrUnknown},
		"S33 the user is removed": {ofUser, func(h *house, c session.Credentials) error {
			return h.Store.DeleteUser(ctx, account, "anna")
		}, session.ErrUnknown},
		"S33 its key is disabled": {ofUser, func(h *house, c session.Credentials) error {
			return h.Store.SetAccessKeyStatus(ctx, h.user, h.key.ID, store.Inactive)
		}, session.ErrUnknown},
		"another session is revoked": {every, func(h *house, c session.Credentials) error {
			return h.Store.Revoke(ctx, store.RevokeSession, "ASIAAAAAAAAAAAAAAAAA", h.now)
		}, nil},
	} {
		for _, kind := range c.kinds {
			h := open(t)
			credentials := h.begin(kind)
			if err := c.end(h, credentials); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := h.open(credentials)
			if !errors.Is(err, c.want) {
				t.Errorf("%s, kind %d: %v, want %v", name, kind, err, c.want)
			}
			if told := got.Secret == credentials.Secret; told != (c.want != session.ErrUnknown) {
				t.Errorf("%s, kind %d: has its secret: %t", name, kind, told)
			}
			if c.want != nil && got.Principal != (principal.Principal{}) {
				t.Errorf("%s, kind %d: still %s", name, kind, got.Principal)
			}
		}
	}
}

// A session that began after a role's were revoked is a good one.
func TestRevocationIsUpToAnInstant(t *testing.T) {
	h := open(t)
	old := h.begin(principal.AssumedRole)
	h.must(h.Store.Revoke(context.Background(), store.RevokePrincipal, h.role.ID, h.now))
	h.now = h.now.Add(time.Second)
	young := h.begin(principal.AssumedRole)
	if _, err := h.open(old); !errors.Is(err, session.ErrOver) {
		t.Errorf("the old one: %v", err)
	}
	if _, err := h.open(young); err != nil {
		t.Errorf("the young one: %v", err)
	}
}
