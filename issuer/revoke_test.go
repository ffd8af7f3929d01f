package issuer_test

import (
	"errors"
	"testing"
	"time"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// K17: whatever stands behind a token is gone, and so is the token, with the bearers that came from it.
func TestHostileK17(t *testing.T) {
	ctx := t.Context()
	t.Run("token", func(t *testing.T) {
		h := open(t)
		one, two := h.password(), h.password()
		l := h.login(one)
		bearer, _ := h.bearer(l)
		other, _ := h.bearer(h.login(two))
		h.check(h.store.Revoke(ctx, store.RevokeToken, l.Token, h.now()))
		h.are("the revoked one", one, bearer, issuer.ErrRevoked)
		h.are("another", two, other, nil)
	})
	t.Run("principal", func(t *testing.T) {
		h := open(t)
		before := h.password()
		bearer, _ := h.bearer(h.login(before))
		h.check(h.store.Revoke(ctx, store.RevokePrincipal, h.user.ID, h.now()))
		h.are("of before", before, bearer, issuer.ErrRevoked)
		h.forward(time.Second)
		after := h.password()
		bearer, _ = h.bearer(h.login(after))
		h.are("of after", after, bearer, nil)
	})
	t.Run("up to a moment before the bearer", func(t *testing.T) {
		for _, kind := range []store.RevocationKind{store.RevokePrincipal, store.RevokeAll} {
			h := open(t)
			password := h.password()
			h.forward(10 * time.Minute)
			bearer, _ := h.bearer(h.login(password))
			subject := map[store.RevocationKind]string{store.RevokePrincipal: h.user.ID}[kind]
			h.check(h.store.Revoke(ctx, kind, subject, h.now().Add(-5*time.Minute)))
			h.are(string(kind), password, bearer, issuer.ErrRevoked)
		}
	})
	t.Run("key", func(t *testing.T) {
		h := open(t)
		password := h.password()
		bearer, _ := h.bearer(h.login(password))
		h.check(h.store.SetAccessKeyStatus(ctx, h.user, h.key.ID, store.Inactive))
		h.are("disabled", password, bearer, issuer.ErrRevoked)
		h.check(h.store.SetAccessKeyStatus(ctx, h.user, h.key.ID, store.Active))
		h.are("enabled again", password, bearer, nil)
		h.check(h.store.DeleteAccessKey(ctx, h.user, h.key.ID))
		h.are("removed", password, bearer, issuer.ErrRevoked)
	})
	t.Run("user", func(t *testing.T) {
		h := open(t)
		password := h.password()
		bearer, _ := h.bearer(h.login(password))
		h.check(h.store.DeleteUser(ctx, account, "ci"))
		h.are("removed", password, bearer, issuer.ErrRevoked)
		h.addUser()
		h.are("made again under the same name", password, bearer, issuer.ErrRevoked)
	})
}

// A store that does not answer says nothing about a token.
func TestStoreFailureIsNoVerdict(t *testing.T) {
	h := open(t)
	password := h.password()
	h.check(h.store.Close())
	h.forward(time.Second)
	_, err := h.Redeem(t.Context(), password)
	if err == nil || errors.Is(err, issuer.ErrForged) || errors.Is(err, issuer.ErrRevoked) || errors.Is(err, issuer.ErrExpired) {
		t.Errorf("got %v", err)
	}
}

func TestRemovedTokenKey(t *testing.T) {
	h := open(t)
	h.forward(token.SealFor - 2*time.Minute)
	old := h.password()
	bearer, _ := h.bearer(h.login(old))
	h.forward(2 * time.Minute)
	h.check(h.Maintain(t.Context()))
	h.forward(time.Minute)
	h.are("after a rotation", old, h.fresh(), nil)
	keys, err := h.store.TokenKeys(t.Context())
	h.check(err)
	if len(keys) != 2 {
		t.Fatalf("%d keys after a rotation", len(keys))
	}
	h.check(h.store.RemoveTokenKey(t.Context(), keys[0].ID))
	h.are("of a removed key", old, bearer, issuer.ErrForged)
	now := h.password()
	h.are("of the one that seals", now, h.fresh(), nil)
}

// fresh is a new bearer of a new login.
func (h *house) fresh() string {
	h.t.Helper()
	text, _ := h.bearer(h.login(h.password()))
	return text
}

// Over a week of rotations no token is refused before its time, and none is taken after it; keys do not pile up.
func TestRotation(t *testing.T) {
	h := open(t)
	type issued struct {
		password string
		expires  time.Time
	}
	var all []issued
	for range 7 * 24 {
		h.check(h.Maintain(t.Context()))
		password := h.password()
		all = append(all, issued{password, h.login(password).Expires})
		for _, one := range all {
			_, err := h.Redeem(t.Context(), one.password)
			switch over := !h.now().Before(one.expires); {
			case !over && err != nil:
				t.Fatalf("refused %v before its end: %v", one.expires.Sub(h.now()), err)
			case over && !errors.Is(err, issuer.ErrExpired):
				t.Fatalf("%v after its end: %v", h.now().Sub(one.expires), err)
			}
		}
		h.forward(time.Hour)
	}
	keys, err := h.store.TokenKeys(t.Context())
	h.check(err)
	if len(keys) < 7 || len(keys) > 9 {
		t.Errorf("%d keys after 7 days", len(keys))
	}
	h.forward(token.OpenFor + token.StaleFor + 48*time.Hour)
	h.check(h.Maintain(t.Context()))
	h.forward(time.Minute)
	h.check(h.Maintain(t.Context()))
	keys, err = h.store.TokenKeys(t.Context())
	h.check(err)
	if len(keys) > 2 {
		t.Errorf("%d keys stay for ever", len(keys))
	}
	if _, err := h.Redeem(t.Context(), all[0].password); !errors.Is(err, issuer.ErrForged) {
		t.Errorf("a token of a key that is gone: %v", err)
	}
	h.login(h.password())
}

// Two nodes that rotate at once make one key between them, and open each other's tokens.
func TestTwoNodes(t *testing.T) {
	h := open(t)
	other := h.newIssuer(h.openStore())
	for range 3 {
		if _, err := other.Redeem(t.Context(), h.password()); err != nil {
			t.Errorf("a token of the other node: %v", err)
		}
		h.forward(token.SealFor)
		done := make(chan error)
		go func() { done <- other.Maintain(t.Context()) }()
		h.check(h.Maintain(t.Context()))
		h.check(<-done)
		h.forward(time.Minute)
	}
	keys, err := h.store.TokenKeys(t.Context())
	h.check(err)
	if len(keys) != 4 {
		t.Errorf("%d keys after three rotations", len(keys))
	}
}

// Revocations are forgotten when every token that they name is over, and not before.
func TestMaintainPrunesRevocations(t *testing.T) {
	h := open(t)
	at := h.now()
	h.check(h.store.Revoke(t.Context(), store.RevokeToken, "one", at))
	for _, c := range []struct {
		after time.Duration
		there bool
	}{{0, true}, {token.MaxSessionLifetime, true}, {token.MaxSessionLifetime + 2*token.Skew, false}} {
		h.ahead.Store(int64(c.after + time.Minute))
		h.check(h.Maintain(t.Context()))
		got, err := h.store.Revoked(t.Context(), store.RevokeToken, "one")
		h.check(err)
		if got.IsZero() == c.there {
			t.Errorf("after %v: revoked up to %v", c.after, got)
		}
	}
	version, err := h.store.Version(t.Context())
	h.check(err)
	h.check(h.Maintain(t.Context()))
	if again, err := h.store.Version(t.Context()); err != nil || again != version {
		t.Errorf("looking after nothing is a write, which empties every cache: version %d, %d, %v", version, again, err)
	}
}

func TestKeyOfAnotherLengthIsNoKey(t *testing.T) {
	h := open(t)
	h.check(h.store.AddTokenKey(t.Context(), store.TokenKey{ID: 9, Secret: principal.NewSecretFrom("short"), ActivatedAt: h.now()}))
	if _, err := h.Redeem(t.Context(), "x"); err == nil || errors.Is(err, issuer.ErrForged) {
		t.Errorf("got %v", err)
	}
}
