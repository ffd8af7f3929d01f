package issuer_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// counter is an issuer over a real store in a temporary folder, with a user who may get tokens.
type counter struct {
	*issuer.Issuer
	store *store.Store
	user  store.User
	who   principal.Principal
	now   *time.Time
}

func open(t *testing.T, now time.Time) *counter {
	t.Helper()
	ctx := context.Background()
	c := &counter{now: &now}
	clock := func() time.Time { return *c.now }
	root, err := store.NewRootKey([32]byte{1})
	check(t, err)
	c.store, err = store.Open(ctx, store.Config{Path: filepath.Join(t.TempDir(), "octroi.db"), Root: root, Now: clock})
	check(t, err)
	log, err := access.OpenLog(filepath.Join(t.TempDir(), "audit.jsonl"))
	check(t, err)
	t.Cleanup(func() { check(t, log.Close()); check(t, c.store.Close()) })
	check(t, c.store.CreateAccount(ctx, store.Account{ID: "123456789012", Alias: "acme"}))
	c.user, err = c.store.CreateUser(ctx, "123456789012", "ci")
	check(t, err)
	all, err := policy.Write(policy.Grant{Actions: []string{"*"}, Resources: []string{"*"}})
	check(t, err)
	check(t, c.store.PutUserPolicy(ctx, c.user, store.UserPolicy{Name: "all", Document: string(all)}))
	key, _, err := c.store.CreateAccessKey(ctx, c.user)
	check(t, err)
	c.who = c.user.Principal()
	c.who.AccessKey = key.ID
	control := &access.Control{Store: c.store, Log: log, Now: clock}
	c.Issuer, err = issuer.New(ctx, issuer.Config{Store: c.store, Access: control, Now: clock})
	check(t, err)
	return c
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// issue gets a token and returns its password.
func (c *counter) issue(t *testing.T) (password string, expires time.Time) {
	t.Helper()
	out, err := c.GetAuthorizationToken(context.Background(), access.Call{}, c.who, nil)
	check(t, err)
	password, err = token.SplitAuthorizationToken(*out.AuthorizationData.AuthorizationToken)
	check(t, err)
	return password, *out.AuthorizationData.ExpiresAt
}

// The first key of a ring begins to seal somewhere within a second; a token that is asked for in the same one is sealed.
func TestIssueInTheFirstSecond(t *testing.T) {
	start := time.Date(2026, 11, 26, 12, 0, 0, 900_000_000, time.UTC)
	c := open(t, start)
	password, expires := c.issue(t)
	if want := start.Truncate(time.Second).Add(issuer.Lifetime); !expires.Equal(want) {
		t.Errorf("expires %v, want %v", expires, want)
	}
	login, err := c.Redeem(context.Background(), password)
	check(t, err)
	if login.Principal != c.who {
		t.Errorf("the token is %v's, want %v's", login.Principal, c.who)
	}
}
