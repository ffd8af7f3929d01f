package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

func TestRepositories(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	for _, name := range []string{"b", "a", "team/app"} {
		must(s.CreateRepository(ctx, account, name))(t)
	}
	_, err := s.CreateRepository(ctx, account, "a")
	wantErr(t, "made twice", err, store.ErrExists)
	if _, err := s.CreateRepository(ctx, "210987654321", "a"); err == nil {
		t.Error("a repository of no account is made")
	}
	must(s.Repository(ctx, account, "team/app"))(t)
	for _, name := range []string{"none", "A", "team", "team/app ", ""} {
		_, err := s.Repository(ctx, account, name)
		wantErr(t, name, err, store.ErrNotFound)
	}
	_, err = s.Repository(ctx, "210987654321", "a")
	wantErr(t, "another account's", err, store.ErrNotFound)
	for _, c := range []struct {
		after string
		limit int
		want  []string
	}{
		{"", 10, []string{"a", "b", "team/app"}}, {"", 2, []string{"a", "b"}}, {"b", 10, []string{"team/app"}}, {"aa", 1, []string{"b"}},
		{"z", 10, nil}, {"", 0, nil}, {"' OR 1=1 --", 10, []string{"a", "b", "team/app"}},
	} {
		var got []string
		for _, r := range must(s.Repositories(ctx, account, c.after, c.limit))(t) {
			got = append(got, r.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("after %q, %d: %s", c.after, c.limit, diff)
		}
	}
}

func TestReferrers(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	must(s.CreateRepository(ctx, account, "a"))(t)
	must(s.CreateRepository(ctx, account, "b"))(t)
	one := store.Referrer{Subject: "sha256:s", Digest: "sha256:1", MediaType: "m", ArtifactType: "t", Size: 1 << 40, Annotations: map[string]string{"k": "v\n\"'"}}
	two := store.Referrer{Subject: "sha256:s", Digest: "sha256:2", MediaType: "m"}
	for _, r := range []store.Referrer{two, one, one} {
		check(t, s.PutReferrer(ctx, account, "a", r))
	}
	if err := s.PutReferrer(ctx, account, "none", one); err == nil {
		t.Error("a referrer of no repository is noted")
	}
	if diff := cmp.Diff([]store.Referrer{one, two}, must(s.Referrers(ctx, account, "a", "sha256:s"))(t)); diff != "" {
		t.Error(diff)
	}
	for _, c := range [][3]string{{account, "b", "sha256:s"}, {account, "a", "sha256:1"}, {"210987654321", "a", "sha256:s"}} {
		if got := must(s.Referrers(ctx, c[0], c[1], c[2]))(t); len(got) != 0 || got == nil {
			t.Errorf("%v: %+v", c, got)
		}
	}
	check(t, s.RemoveReferrer(ctx, account, "b", "sha256:1"))
	check(t, s.RemoveReferrer(ctx, account, "a", "sha256:1"))
	check(t, s.RemoveReferrer(ctx, account, "a", "sha256:1"))
	if diff := cmp.Diff([]store.Referrer{two}, must(s.Referrers(ctx, account, "a", "sha256:s"))(t)); diff != "" {
		t.Error(diff)
	}
}

func TestTokenKeys(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	k := store.TokenKey{ID: 1<<32 - 1, Secret: principal.NewSecretFrom("thirty-two bytes of key material"), CreatedAt: at, ActivatedAt: at.Add(time.Second)}
	check(t, s.AddTokenKey(ctx, k))
	wantErr(t, "added twice", s.AddTokenKey(ctx, k), store.ErrExists)
	check(t, s.AddTokenKey(ctx, store.TokenKey{ID: 2, Secret: principal.NewSecretFrom("two"), CreatedAt: at, ActivatedAt: at}))
	all := must(s.TokenKeys(ctx))(t)
	if len(all) != 2 || all[0].ID != 2 || all[1].Secret.Reveal() != k.Secret.Reveal() || !all[1].CreatedAt.Equal(at) || !all[1].ActivatedAt.Equal(k.ActivatedAt) {
		t.Errorf("keys: %+v", all)
	}
	check(t, s.RemoveTokenKey(ctx, 2))
	wantErr(t, "removed twice", s.RemoveTokenKey(ctx, 2), store.ErrNotFound)
}

func TestRevocations(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	revoked := func(kind store.RevocationKind, subject string) time.Time {
		t.Helper()
		return must(s.Revoked(ctx, kind, subject))(t)
	}
	if !revoked(store.RevokeToken, "a").IsZero() {
		t.Error("revoked from the start")
	}
	check(t, s.Revoke(ctx, store.RevokeToken, "a", at))
	check(t, s.Revoke(ctx, store.RevokeToken, "a", at.Add(-time.Hour))) // an earlier one takes nothing back
	if got := revoked(store.RevokeToken, "a"); !got.Equal(at) {
		t.Errorf("revoked up to %v", got)
	}
	check(t, s.Revoke(ctx, store.RevokeToken, "a", at.Add(time.Hour)))
	if got := revoked(store.RevokeToken, "a"); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("revoked up to %v", got)
	}
	if !revoked(store.RevokePrincipal, "a").IsZero() || !revoked(store.RevokeToken, "A").IsZero() || !revoked(store.RevokeToken, "").IsZero() {
		t.Error("another subject is revoked")
	}
	check(t, s.Revoke(ctx, store.RevokePrincipal, "b", at))
	check(t, s.PruneRevocations(ctx, at.Add(time.Minute)))
	if revoked(store.RevokeToken, "a").IsZero() || !revoked(store.RevokePrincipal, "b").IsZero() {
		t.Error("pruned the wrong ones")
	}
}
