package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octroi/octroi/store"
)

// A start that is cut off leaves a whole root key or none: half of one would keep the service from starting ever again.
func TestRootKeyIsWholeOrAbsent(t *testing.T) {
	for i := range 100 {
		path := filepath.Join(t.TempDir(), fmt.Sprint("root", i))
		done := make(chan error)
		go func() {
			_, err := store.CreateRootKey(path)
			done <- err
		}()
		for made := false; !made; {
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
				made = true
			default:
			}
			if _, err := store.ReadRootKey(path); err != nil && !(errors.Is(err, fs.ErrNotExist) && !made) {
				t.Fatalf("seen half-way: %v", err)
			}
		}
	}
}

func TestRootKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "root.key")
	made, err := store.CreateRootKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.CreateRootKey(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing root key is written over: %v", err)
	}
	read, err := store.ReadRootKey(path)
	if err != nil || read.Derive("x") != made.Derive("x") || read.Derive("x") == made.Derive("y") {
		t.Errorf("another key is read than was made: %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}

func TestHostileH17(t *testing.T) {
	for _, mode := range []fs.FileMode{0o644, 0o660, 0o640, 0o604, 0o666, 0o601, 0o610} {
		path := filepath.Join(t.TempDir(), "root.key")
		if _, err := store.CreateRootKey(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := store.ReadRootKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "root.key")
	if _, err := store.CreateRootKey(path); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, folder, filepath.Join(folder, "none")} {
		if _, err := store.ReadRootKey(path); err == nil {
			t.Errorf("%s is read", path)
		}
	}
	for _, text := range []string{"", "00", strings.Repeat("g", 64), strings.Repeat("0", 66), strings.Repeat("0", 64) + "\n\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.ReadRootKey(path); err == nil {
			t.Errorf("%q is a root key", text)
		}
	}
	t.Run("of another user", func(t *testing.T) {
		if err := os.Chown(path, 65534, -1); err != nil {
			t.Skip("only root can give a file away")
		}
		if _, err := store.ReadRootKey(path); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
			t.Errorf("read: %v", err)
		}
	})
}
