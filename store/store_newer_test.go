package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/store"
)

// A store that a later version has written is refused: what that added, this one would not look at.
func TestNewerStore(t *testing.T) {
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	c := store.Config{Path: filepath.Join(t.TempDir(), "octroi.db"), Root: root}
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	db, err := sql.Open("sqlite", "file:"+c.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version(version_id, is_applied) VALUES (1000, 1)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := store.Open(context.Background(), c); !errors.Is(err, store.ErrNewer) {
		t.Errorf("%v, want %v", err, store.ErrNewer)
	}
}
