package issuer_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/store"
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
