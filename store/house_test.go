package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/store"
)

const account = "123456789012"

var root = func() *store.RootKey {
	k, err := store.NewRootKey([32]byte{7})
	if err != nil {
		panic(err)
	}
	return k
}()

// openAt opens the store of a file, as the service and every command beside it do.
func openAt(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: path, Root: root})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// open is a new store with one account.
func open(t *testing.T) *store.Store {
	t.Helper()
	s, _ := openNew(t)
	return s
}

func openNew(t *testing.T) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "octroi.db")
	s := openAt(t, path)
	check(t, s.CreateAccount(t.Context(), store.Account{ID: account, Alias: "acme"}))
	return s, path
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T { t.Helper(); check(t, err); return v }
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantErr fails unless err is the one wanted.
func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

const allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
