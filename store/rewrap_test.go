package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// Another root key while a second process has the store open: it reads and writes on, nothing of the old key is left,
// and the old key alone opens nothing.
func TestRewrap(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "octroi.db")
	next := must(store.NewRootKey([32]byte{9}))(t)
	now := []*store.RootKey{root}
	with := func(known ...*store.RootKey) (*store.Store, error) {
		return store.Open(ctx, store.Config{Path: path, Root: known[0], Roots: func() ([]*store.RootKey, error) { return slices.Clone(now), nil }})
	}
	service, beside := must(with(root))(t), must(with(root))(t)
	defer service.Close()
	check(t, beside.CreateAccount(ctx, store.Account{ID: account, Alias: "acme"}))
	u := must(beside.CreateUser(ctx, account, "ci"))(t)
	key, secret, err := beside.CreateAccessKey(ctx, u)
	check(t, err)
	check(t, beside.AddTokenKey(ctx, store.TokenKey{ID: 1, Secret: principal.NewSecretFrom(canaryKey), CreatedAt: time.Now(), ActivatedAt: time.Now()}))
	purpose := must(service.PurposeKey(ctx, store.AuditHead))(t)
	old := wrapped(t, path)
	if len(old) != 5 {
		t.Fatalf("%d secrets in the store", len(old))
	}

	now = []*store.RootKey{root, next}
	if n := must(beside.Rewrap(ctx, next))(t); n != len(old) {
		t.Errorf("%d of %d secrets were wrapped anew", n, len(old))
	}
	_, err = beside.Rewrap(ctx, next)
	wantErr(t, "again", err, store.ErrExists)
	now = []*store.RootKey{next}

	if c := must(service.Caller(ctx, key.ID))(t); c.Secret.Reveal() != secret.Reveal() {
		t.Error("another secret")
	}
	if again := must(service.PurposeKey(ctx, store.AuditHead))(t); again != purpose {
		t.Error("another key of a purpose")
	}
	check(t, service.AddTokenKey(ctx, store.TokenKey{ID: 2, Secret: principal.NewSecretFrom(canaryKey), CreatedAt: time.Now(), ActivatedAt: time.Now()}))
	check(t, beside.Close())
	_, err = store.Open(ctx, store.Config{Path: path, Root: root})
	wantErr(t, "with the old key", err, store.ErrUnwrap)
	alone := must(store.Open(ctx, store.Config{Path: path, Root: next}))(t)
	defer alone.Close()
	if keys := must(alone.TokenKeys(ctx))(t); len(keys) != 2 {
		t.Errorf("%d token keys", len(keys))
	}
	for _, file := range []string{path, path + "-wal"} {
		text, _ := os.ReadFile(file)
		for _, w := range old {
			if bytes.Contains(text, []byte(w)) {
				t.Errorf("%s still holds what the old key opens", filepath.Base(file))
			}
		}
	}
}

const canaryKey = "a canary of thirty-two character"

// wrapped are all columns named secret, in whatever table: one that Rewrap does not know would be lost with the old key.
func wrapped(t *testing.T, path string) (all []string) {
	t.Helper()
	db := must(sql.Open("sqlite", path))(t)
	defer db.Close()
	list := func(query string) (texts []string) {
		rows := must(db.Query(query))(t)
		defer rows.Close()
		for rows.Next() {
			var text string
			check(t, rows.Scan(&text))
			texts = append(texts, text)
		}
		return texts
	}
	for _, table := range list(`SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'secret'`) {
		all = append(all, list(`SELECT secret FROM `+table)...)
	}
	return all
}

// A store from before root keys had ids keeps the keys that it derived from its root key.
func TestOlderStoreKeepsItsKeys(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "octroi.db")
	s := openAt(t, path)
	check(t, s.AddTokenKey(ctx, store.TokenKey{ID: 1, Secret: principal.NewSecretFrom(canaryKey)}))
	if fresh := must(s.PurposeKey(ctx, store.AuditHead))(t); fresh == root.Derive("audit head") {
		t.Error("a new store's key comes from its root key")
	}
	check(t, s.Close())
	db := must(sql.Open("sqlite", path))(t)
	must(db.Exec(`DELETE FROM purpose_keys`))(t)
	must(db.Exec(`UPDATE meta SET root_key = ''`))(t)
	check(t, db.Close())
	_, err := store.Open(ctx, store.Config{Path: path, Root: must(store.NewRootKey([32]byte{8}))(t)})
	wantErr(t, "with another key", err, store.ErrUnwrap)
	if kept := must(openAt(t, path).PurposeKey(ctx, store.AuditHead))(t); kept != root.Derive("audit head") {
		t.Error("the key of the audit head has changed")
	}
}
