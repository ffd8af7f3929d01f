package store_test

import (
	"encoding/base64"
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
		if err != nil {
			if !errors.Is(err, store.ErrUnwrap) || secret != nil || text == wrapped && row == "row 1" {
				t.Fatalf("%q for %q: %q, %v", text, row, secret, err)
			}
			return
		}
		// A process that fuzzes may be given what another one wrapped.
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || base64.StdEncoding.EncodeToString(b) != text || string(secret) != "a secret" || row != "row 1" {
			t.Fatalf("%q for %q opens as %q", text, row, secret)
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
