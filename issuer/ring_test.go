package issuer_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// A service that starts late in a second answered 503 until the next one: its first key was younger than any token.
func TestFirstKeySealsAtOnce(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 999e6, time.UTC) }
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "octroi.db"), Root: root, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	i, err := issuer.New(context.Background(), issuer.Config{Store: s, Access: &access.Control{Store: s, Now: now}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := i.Bearer(t.Context(), issuer.Login{}, "*"); err != nil {
		t.Error(err)
	}
}

// A write to the store that is not about keys leaves the ring as it is, and one that is makes another, once for all who
// ask at that moment.
func TestRingIsMadeAnewForOtherKeysOnly(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "octroi.db"), Root: root, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	i, err := issuer.New(t.Context(), issuer.Config{Store: s, Access: &access.Control{Store: s, Now: clock}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	ring := func() *token.Ring {
		now = now.Add(store.CheckInterval)
		var all [16]*token.Ring
		var wait sync.WaitGroup
		for n := range all {
			wait.Go(func() {
				r, err := i.Ring(t.Context())
				if err != nil {
					t.Error(err)
				}
				all[n] = r
			})
		}
		wait.Wait()
		for _, r := range all {
			if r != all[0] {
				t.Error("two rings are made of the same keys")
			}
		}
		return all[0]
	}
	first := ring()
	if err := s.CreateAccount(t.Context(), store.Account{ID: "123456789012", Alias: "acme"}); err != nil {
		t.Fatal(err)
	}
	if ring() != first {
		t.Error("the ring is made anew though its keys are the same")
	}
	if err := (issuer.Keyring{Store: s, Now: clock}).Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ring() == first {
		t.Error("a rotation makes no other ring")
	}
}
