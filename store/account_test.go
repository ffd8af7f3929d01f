package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

func TestAccounts(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	for _, c := range []struct {
		name string
		a    store.Account
		want error
	}{
		{"the same id", store.Account{ID: account, Alias: "other"}, store.ErrExists},
		{"the same alias", store.Account{ID: "210987654321", Alias: "acme"}, store.ErrExists},
		{"eleven digits", store.Account{ID: "12345678901", Alias: "b2"}, store.ErrInvalid},
		{"other digits", store.Account{ID: "１２３４５６７８９０１２", Alias: "b2"}, store.ErrInvalid},
		{"upper case", store.Account{ID: "210987654321", Alias: "Acme"}, store.ErrInvalid},
		{"a slash", store.Account{ID: "210987654321", Alias: "a/b"}, store.ErrInvalid},
		{"one letter", store.Account{ID: "210987654321", Alias: "a"}, store.ErrInvalid},
		{"a line", store.Account{ID: "210987654321", Alias: "ab\n"}, store.ErrInvalid},
		{"too long", store.Account{ID: "210987654321", Alias: strings.Repeat("a", 51)}, store.ErrInvalid},
	} {
		wantErr(t, c.name, s.CreateAccount(ctx, c.a), c.want)
	}
	all := must(s.Accounts(ctx))(t)
	if diff := cmp.Diff([]store.Account{{ID: account, Alias: "acme"}}, all); diff != "" {
		t.Errorf("a refused account left something behind: %s", diff)
	}
	if a := must(s.AccountByAlias(ctx, "acme"))(t); a.ID != account {
		t.Errorf("alias: %+v", a)
	}
	_, err := s.AccountByAlias(ctx, "none")
	wantErr(t, "an unknown alias", err, store.ErrNotFound)
	if must(s.Settled(ctx))(t) {
		t.Error("settled from the start")
	}
	check(t, s.Settle(ctx))
	if !must(s.Settled(ctx))(t) {
		t.Error("not settled")
	}
}

func TestUsers(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	for _, name := range []string{"", "a b", "a/b", "a:b", "é", "a\x00", "a\n", strings.Repeat("a", 65), "'; DROP TABLE users; --", "*"} {
		_, err := s.CreateUser(ctx, account, name)
		wantErr(t, name, err, store.ErrInvalid)
	}
	u := must(s.CreateUser(ctx, account, "Ci"))(t)
	_, err := s.CreateUser(ctx, account, "cI")
	wantErr(t, "the same name in another case", err, store.ErrExists)
	if _, err := s.CreateUser(ctx, "210987654321", "x"); err == nil {
		t.Error("a user of no account is made")
	}
	got := must(s.UserByName(ctx, account, "ci"))(t)
	if got.ID != u.ID || got.Name != "Ci" || got.Path != "/" || got.CreatedAt.Sub(u.CreatedAt).Abs() > time.Millisecond {
		t.Errorf("got %+v, want %+v", got, u)
	}
	if arn := got.Principal().ARN(); arn != "arn:aws:iam::"+account+":user/Ci" {
		t.Error(arn)
	}
	must(s.CreateUser(ctx, account, "another"))(t)
	if all := must(s.Users(ctx, account))(t); len(all) != 2 || all[0].Name != "another" {
		t.Errorf("users: %+v", all)
	}
	check(t, s.DeleteUser(ctx, account, "CI"))
	wantErr(t, "deleted twice", s.DeleteUser(ctx, account, "ci"), store.ErrNotFound)
	_, err = s.UserByName(ctx, account, "ci")
	wantErr(t, "deleted", err, store.ErrNotFound)
	_, err = s.Identity(ctx, account, u.ID)
	wantErr(t, "the identity of a deleted user", err, store.ErrNotFound)
	if again := must(s.CreateUser(ctx, account, "Ci"))(t); again.ID == u.ID {
		t.Error("a user made again inherits the id")
	}
}

func TestAccessKeys(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	u, other := must(s.CreateUser(ctx, account, "ci"))(t), must(s.CreateUser(ctx, account, "other"))(t)
	key, secret, err := s.CreateAccessKey(ctx, u)
	check(t, err)
	caller := must(s.Caller(ctx, key.ID))(t)
	if caller.Secret.Reveal() != secret.Reveal() || caller.Principal.ID != u.ID || caller.Principal.AccessKey != key.ID || !key.ID.Valid() {
		t.Errorf("caller: %+v", caller)
	}
	second, _, err := s.CreateAccessKey(ctx, u)
	check(t, err)
	_, _, err = s.CreateAccessKey(ctx, u)
	wantErr(t, "a third key", err, store.ErrLimit)
	if all := must(s.AccessKeys(ctx, u))(t); len(all) != 2 || all[0].Status != store.Active {
		t.Errorf("keys: %+v", all)
	}
	wantErr(t, "another's key", s.SetAccessKeyStatus(ctx, other, key.ID, store.Inactive), store.ErrNotFound)
	wantErr(t, "another's key", s.DeleteAccessKey(ctx, other, key.ID), store.ErrNotFound)

	check(t, s.SetAccessKeyStatus(ctx, u, key.ID, store.Inactive))
	_, err = s.Caller(ctx, key.ID)
	wantErr(t, "a disabled key", err, store.ErrNotFound)
	check(t, s.SetAccessKeyStatus(ctx, u, key.ID, "active")) // not one of the two: not active
	_, err = s.Caller(ctx, key.ID)
	wantErr(t, "a key of another status", err, store.ErrNotFound)
	check(t, s.SetAccessKeyStatus(ctx, u, key.ID, store.Active))
	must(s.Caller(ctx, key.ID))(t)
	check(t, s.DeleteAccessKey(ctx, u, second.ID))
	wantErr(t, "deleted twice", s.DeleteAccessKey(ctx, u, second.ID), store.ErrNotFound)
	must(s.Caller(ctx, key.ID))(t)
	check(t, s.DeleteUser(ctx, account, "ci"))
	for _, id := range []principal.AccessKeyID{key.ID, second.ID, "AKIAUNKNOWNUNKNOWN22", "", "' OR 1=1 --"} {
		_, err := s.Caller(ctx, id)
		wantErr(t, "key "+string(id), err, store.ErrNotFound)
	}
	if _, _, err := s.CreateAccessKey(ctx, u); err == nil {
		t.Error("a deleted user gets a key")
	}
}

func TestUserPolicies(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	for _, name := range []string{"", "a b", "a/b", strings.Repeat("a", 129), "a\n"} {
		wantErr(t, name, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: name, Document: allowAll}), store.ErrInvalid)
	}
	for _, document := range []string{"", "{}", `{"Statement":{"effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}`} {
		if err := s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: document}); err == nil {
			t.Errorf("%s is stored", document)
		}
	}
	if got := must(s.InlinePolicies(ctx, u.ID))(t); len(got) != 0 {
		t.Errorf("a refused policy is stored: %+v", got)
	}
	check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: allowAll}))
	deny := strings.Replace(allowAll, "Allow", "Deny", 1)
	check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: deny}))
	check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "a", Document: allowAll}))
	want := []store.InlinePolicy{{Name: "a", Document: allowAll}, {Name: "p", Document: deny}}
	if diff := cmp.Diff(want, must(s.InlinePolicies(ctx, u.ID))(t)); diff != "" {
		t.Error(diff)
	}
	if who := must(s.Identity(ctx, account, u.ID))(t); len(who.Policies) != 2 || who.User.ID != u.ID {
		t.Errorf("identity: %+v", who)
	}
	_, err := s.Identity(ctx, "210987654321", u.ID)
	wantErr(t, "the id in another account", err, store.ErrNotFound)
	wantErr(t, "a policy that is not there", s.DeleteInlinePolicy(ctx, u.Owner(), "none"), store.ErrNotFound)
	check(t, s.DeleteInlinePolicy(ctx, u.Owner(), "p"))
	check(t, s.DeleteUser(ctx, account, "ci"))
	wantErr(t, "a policy for a deleted user", s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: allowAll}), store.ErrNotFound)
	if got := must(s.InlinePolicies(ctx, u.ID))(t); len(got) != 0 {
		t.Errorf("policies outlive their user: %+v", got)
	}
}

// A user is added whole or not at all.
func TestAddUser(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	good := store.InlinePolicy{Name: "p", Document: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`}
	u, key, _, err := s.AddUser(ctx, account, "whole", good)
	if err != nil {
		t.Fatal(err)
	}
	if who := must(s.Identity(ctx, account, u.ID))(t); len(who.Policies) != 1 {
		t.Errorf("it has %d policies", len(who.Policies))
	}
	if c := must(s.Caller(ctx, key.ID))(t); c.Principal.ID != u.ID {
		t.Errorf("its key is %v's", c.Principal)
	}
	for name, policies := range map[string][]store.InlinePolicy{
		"bad policy":    {good, {Name: "q", Document: "{}"}},
		"bad/name":      nil,
		"WHOLE":         {good},
		"bad policy id": {{Name: "a b", Document: good.Document}},
	} {
		if _, _, _, err := s.AddUser(ctx, account, name, policies...); err == nil {
			t.Errorf("%q is added", name)
		}
	}
	if all := must(s.Users(ctx, account))(t); len(all) != 1 {
		t.Errorf("there are %d users", len(all))
	}
}
