package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// soon waits until a read says so, for as long as a cached answer may live and a bit for a busy machine.
func soon(t *testing.T, what string, so func() bool) {
	t.Helper()
	began := time.Now()
	for !so() {
		if time.Since(began) > store.CheckInterval+time.Second {
			t.Fatalf("%s: not seen after %v", what, time.Since(began))
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// What one opening changes, another one obeys within CheckInterval, also where it has cached the opposite.
func TestCacheAcrossOpenings(t *testing.T) {
	ctx := t.Context()
	service, path := openNew(t)
	beside := openAt(t, path)
	u := must(beside.CreateUser(ctx, account, "ci"))(t)
	key, _, err := beside.CreateAccessKey(ctx, u)
	check(t, err)

	soon(t, "a new key", func() bool { _, err := service.Caller(ctx, key.ID); return err == nil })
	before := must(service.Version(ctx))(t)
	check(t, beside.SetAccessKeyStatus(ctx, u, key.ID, store.Inactive))
	soon(t, "a disabled key", func() bool { _, err := service.Caller(ctx, key.ID); return errors.Is(err, store.ErrNotFound) })
	if after := must(service.Version(ctx))(t); after <= before {
		t.Errorf("version %d follows %d", after, before)
	}
	must(service.Identity(ctx, account, u.ID))(t)
	check(t, beside.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: allowAll}))
	soon(t, "a policy", func() bool { return len(must(service.Identity(ctx, account, u.ID))(t).Policies) == 1 })
	must(service.Revoked(ctx, store.RevokeToken, "x"))(t)
	check(t, beside.Revoke(ctx, store.RevokeToken, "x", time.Now()))
	soon(t, "a revocation", func() bool { return !must(service.Revoked(ctx, store.RevokeToken, "x"))(t).IsZero() })
	check(t, beside.DeleteUser(ctx, account, "ci"))
	soon(t, "a removed user", func() bool { _, err := service.Identity(ctx, account, u.ID); return errors.Is(err, store.ErrNotFound) })
}

// An opening sees its own writes at once.
func TestOwnWritesAreSeen(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	key, _, err := s.CreateAccessKey(ctx, u)
	check(t, err)
	for range 50 {
		must(s.Caller(ctx, key.ID))(t)
		check(t, s.SetAccessKeyStatus(ctx, u, key.ID, store.Inactive))
		if _, err := s.Caller(ctx, key.ID); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("a key that this opening disabled is taken: %v", err)
		}
		check(t, s.SetAccessKeyStatus(ctx, u, key.ID, store.Active))
	}
}

// Two openings that write at once lose nothing and refuse nothing.
func TestWritersTogether(t *testing.T) {
	one, path := openNew(t)
	two := openAt(t, path)
	var all sync.WaitGroup
	for w, s := range []*store.Store{one, two, one, two} {
		all.Go(func() {
			for i := range 25 {
				if _, err := s.CreateUser(context.Background(), account, fmt.Sprintf("u-%d-%d", w, i)); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	all.Wait()
	if got := len(must(one.Users(t.Context(), account))(t)); got != 100 {
		t.Errorf("%d users, want 100", got)
	}
}

// A database that does not answer serves nothing from the cache: who was removed meanwhile must not come back.
func TestFailsClosed(t *testing.T) {
	ctx := t.Context()
	s := open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	key, _, err := s.CreateAccessKey(ctx, u)
	check(t, err)
	must(s.Caller(ctx, key.ID))(t)
	check(t, s.Close())
	time.Sleep(store.CheckInterval + 20*time.Millisecond)
	if _, err := s.Caller(ctx, key.ID); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want a failure", err)
	}
	if err := s.Ready(ctx); err == nil {
		t.Error("ready")
	}
}

func TestReopening(t *testing.T) {
	s, path := openNew(t)
	name := s.Deployment()
	check(t, s.Close())
	if again := openAt(t, path).Deployment(); again != name || name == "" {
		t.Errorf("deployment %q is %q after a restart", name, again)
	}
	if other := open(t).Deployment(); other == name {
		t.Error("two installations have one name")
	}
	if _, err := store.Open(t.Context(), store.Config{Path: path}); err == nil {
		t.Error("opens without a root key")
	}
}

func TestHostileH11(t *testing.T) {
	ctx := t.Context()
	s, path := openNew(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	_, secret, err := s.CreateAccessKey(ctx, u)
	check(t, err)
	const material = "thirty-two bytes of key material"
	check(t, s.AddTokenKey(ctx, store.TokenKey{ID: 1, Secret: principal.NewSecretFrom(material)}))
	read := func() (text string) {
		for _, end := range []string{"", "-wal", "-shm"} {
			b, err := os.ReadFile(path + end)
			if err == nil {
				text += string(b)
			}
		}
		return text
	}
	open := read()
	check(t, s.Close())
	for _, text := range []string{open, read()} {
		if !strings.Contains(text, u.ID) {
			t.Fatal("the test looks into the wrong files")
		}
		for _, canary := range []string{secret.Reveal(), material} {
			if strings.Contains(text, canary) {
				t.Error("a secret stands in the database in clear")
			}
		}
	}
}

func TestHostileH12(t *testing.T) {
	ctx := t.Context()
	s, path := openNew(t)
	a, b := must(s.CreateUser(ctx, account, "a"))(t), must(s.CreateUser(ctx, account, "b"))(t)
	keyA, _, err := s.CreateAccessKey(ctx, a)
	check(t, err)
	keyB, _, err := s.CreateAccessKey(ctx, b)
	check(t, err)
	check(t, s.AddTokenKey(ctx, store.TokenKey{ID: 1, Secret: principal.NewSecretFrom("1")}))
	check(t, s.AddTokenKey(ctx, store.TokenKey{ID: 2, Secret: principal.NewSecretFrom("2")}))
	check(t, s.Close())
	db, err := sql.Open("sqlite", path)
	check(t, err)
	for _, statement := range []string{
		`UPDATE access_keys SET secret = (SELECT secret FROM access_keys WHERE id = '` + string(keyA.ID) + `') WHERE id = '` + string(keyB.ID) + `'`,
		`UPDATE access_keys SET user_id = '` + b.ID + `' WHERE id = '` + string(keyA.ID) + `'`,
		`UPDATE token_keys SET secret = (SELECT secret FROM token_keys WHERE id = 1) WHERE id = 2`,
	} {
		_, err := db.Exec(statement)
		check(t, err)
	}
	check(t, db.Close())
	s = openAt(t, path)
	for _, id := range []principal.AccessKeyID{keyA.ID, keyB.ID} {
		_, err := s.Caller(ctx, id)
		wantErr(t, "a key with another's secret, or of another user", err, store.ErrUnwrap)
	}
	_, err = s.TokenKeys(ctx)
	wantErr(t, "a token key with another's secret", err, store.ErrUnwrap)
}

func TestHostileH13(t *testing.T) {
	s, path := openNew(t)
	u := must(s.CreateUser(t.Context(), account, "ci"))(t)
	key, _, err := s.CreateAccessKey(t.Context(), u)
	check(t, err)
	check(t, s.Close())
	other, err := store.NewRootKey([32]byte{8})
	check(t, err)
	_, err = store.Open(t.Context(), store.Config{Path: path, Root: other})
	wantErr(t, "another root key", err, store.ErrUnwrap)
	claim := must(sql.Open("sqlite", path))(t) // somebody who writes the file says that the key is the other one
	must(claim.Exec(`UPDATE meta SET root_key = $1`, other.ID()))(t)
	check(t, claim.Close())
	s, err = store.Open(t.Context(), store.Config{Path: path, Root: other})
	check(t, err)
	defer s.Close()
	_, err = s.Caller(t.Context(), key.ID)
	wantErr(t, "another root key, whatever the store says", err, store.ErrUnwrap)
}
