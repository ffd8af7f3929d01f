package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/store"
)

// What systemd makes is taken, and nothing that only looks like it.
func TestCredentialKey(t *testing.T) {
	for name, c := range map[string]struct {
		folder, file fs.FileMode
		uid, gid     int // of the file
		taken        bool
	}{
		"of the unit's user":       {0o500, 0o400, os.Geteuid(), os.Getegid(), true},
		"with an access list":      {0o550, 0o440, 0, 0, true},
		"of another user":          {0o500, 0o400, 65534, 65534, false},
		"read by a group":          {0o500, 0o440, 0, 65534, false},
		"of another, by its group": {0o500, 0o440, 65534, 0, false},
		"read by all":              {0o500, 0o444, 0, 0, false},
		"written by its owner":     {0o500, 0o600, 0, 0, false},
		"in a folder of writers":   {0o770, 0o400, 0, 0, false},
		"in a folder of its owner": {0o700, 0o400, 0, 0, false},
		"in a folder for all":      {0o555, 0o400, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "credentials")
			path := filepath.Join(folder, "root.key")
			check(t, os.Mkdir(folder, 0o700))
			must(store.CreateRootKey(path))(t)
			if err := os.Chown(path, c.uid, c.gid); err != nil {
				t.Skip("only root can give a file away")
			}
			check(t, os.Chmod(path, c.file))
			check(t, os.Chmod(folder, c.folder))
			t.Cleanup(func() { os.Chmod(folder, 0o700) })
			if _, err := store.ReadCredentialKey(folder, "root.key"); (err == nil) != c.taken {
				t.Errorf("taken: %v, %v", err == nil, err)
			}
		})
	}
	folder := t.TempDir()
	must(store.CreateRootKey(filepath.Join(folder, "key")))(t)
	check(t, os.Symlink("key", filepath.Join(folder, "root.key")))
	check(t, os.Chmod(folder, 0o500))
	t.Cleanup(func() { os.Chmod(folder, 0o700) })
	if _, err := store.ReadCredentialKey(folder, "root.key"); err == nil {
		t.Error("a link is taken")
	}
	if _, err := store.ReadCredentialKey(".", "root.key"); err == nil {
		t.Error("a relative folder is taken")
	}
}
