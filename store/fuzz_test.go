package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/octroi/octroi/store"
)

// FuzzUnwrap: a row gives back the secret that was put into it, in the spelling in which it was (H12).
func FuzzUnwrap(f *testing.F) {
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	wrapped := root.Wrap([]byte("a secret"), "row 1")
	f.Add(wrapped, "row 1")
	f.Add(wrapped, "row 2")
	f.Add(wrapped+"\n", "row 1")
	f.Add(wrapped[:20]+"\r\n"+wrapped[20:], "row 1")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, row string) {
		secret, err := root.Unwrap(text, row)
		if text == wrapped && row == "row 1" {
			if err != nil || string(secret) != "a secret" {
				t.Fatalf("%q %v", secret, err)
			}
			return
		}
		if !errors.Is(err, store.ErrUnwrap) || secret != nil {
			t.Fatalf("%q opens as %q, %v", text, secret, err)
		}
	})
}

// FuzzReadRootKey: a root key is 64 digits and at most a line feed, and no error repeats the file.
func FuzzReadRootKey(f *testing.F) {
	const digits = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for _, seed := range []string{digits, digits + "\n", digits + "\n\n", digits[1:], " " + digits, digits + digits, "", "ABCDEF" + digits[6:], "\xef\xbb\xbf" + digits} {
		f.Add([]byte(seed))
	}
	form := regexp.MustCompile(`^[0-9a-f]{64}\n?$`)
	path := filepath.Join(f.TempDir(), "root.key")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := store.ReadRootKey(path)
		if (err == nil) != form.Match(text) || (k == nil) != (err != nil) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
