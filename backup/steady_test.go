package backup_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/backup"
)

// What goes through Steady in pieces of any size is the file, and a write that fails says how far it came.
func TestSteady(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copy")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	w := &backup.Steady{File: f}
	for range 100 {
		part := bytes.Repeat([]byte{byte(rand.Int())}, rand.IntN(300<<10))
		if n, err := w.Write(part); n != len(part) || err != nil {
			t.Fatalf("%d of %d bytes: %v", n, len(part), err)
		}
		want = append(want, part...)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes are not the %d that were written: %v", len(got), len(want), err)
	}
	if n, err := w.Write([]byte("more")); n != 0 || err == nil {
		t.Errorf("wrote %d bytes to a closed file: %v", n, err)
	}
}
