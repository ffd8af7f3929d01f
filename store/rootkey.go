package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrUnwrap reports a secret that this root key did not wrap for this row.
var ErrUnwrap = errors.New("the root key does not open this secret: is it the one that belongs to this store?")

// RootKey wraps the secrets that the store keeps, and yields the keys of other purposes. It is never in the store.
type RootKey struct {
	material [32]byte
	wrapping cipher.AEAD
	id       string
}

// NewRootKey makes a root key of 32 bytes of key material.
func NewRootKey(material [32]byte) (*RootKey, error) {
	k := &RootKey{material: material}
	id := k.Derive("key id")
	k.id = hex.EncodeToString(id[:8])
	wrap := k.Derive("wrap secrets")
	block, err := aes.NewCipher(wrap[:])
	if err != nil {
		return nil, err
	}
	k.wrapping, err = cipher.NewGCMWithRandomNonce(block)
	return k, err
}

// CreateRootKey writes a new root key to a file that did not exist, 0600, and on disk before it returns. The file is
// there whole or not at all: half a root key would keep every later start from going on.
func CreateRootKey(path string) (*RootKey, error) {
	var material [32]byte
	rand.Read(material[:])
	k, err := NewRootKey(material)
	if err != nil {
		return nil, err
	}
	return k, k.WriteFile(path)
}

// writeNew gives the finished file its name by a link, which, unlike a rename, never takes the place of another.
func writeNew(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// ReadRootKey reads the file that CreateRootKey wrote. It refuses one that others could read, or that is not ours.
func ReadRootKey(path string) (*RootKey, error) {
	if err := Private(path); err != nil {
		return nil, fmt.Errorf("reading the root key: %w", err)
	}
	return readRootKey(path)
}

func readRootKey(path string) (*RootKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the root key: %w", err)
	}
	return ParseRootKey(path, string(text))
}

// ParseRootKey reads the text of a root key's file. from says where it is from, in errors.
func ParseRootKey(from, text string) (*RootKey, error) {
	digits := strings.TrimSuffix(text, "\n")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != 32 || hex.EncodeToString(b) != digits { // in lower case: it has one spelling
		return nil, fmt.Errorf("reading the root key: %s does not hold 64 hexadecimal digits (openssl rand -hex 32 makes some)", from)
	}
	return NewRootKey([32]byte(b))
}

// ID names the key without telling anything of it: 16 hexadecimal digits.
func (k *RootKey) ID() string { return k.id }

// WriteFile writes the key's text to a file that must not exist, as CreateRootKey does.
func (k *RootKey) WriteFile(path string) error {
	if err := writeNew(path, hex.EncodeToString(k.material[:])+"\n"); err != nil {
		return fmt.Errorf("writing the root key: %w", err)
	}
	return nil
}

// Private reports an error unless the file is a regular one, ours, and closed to everybody else.
func Private(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode().Type()&fs.ModeType != 0 {
		return fmt.Errorf("%s is not a regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by others (mode %04o): run chmod 600 %s", path, info.Mode().Perm(), path)
	}
	return ownedByUs(path, info)
}

// Derive makes the key of another purpose. The same label gives the same key for as long as the root key lives.
func (k *RootKey) Derive(label string) [32]byte {
	b, err := hkdf.Key(sha256.New, k.material[:], nil, "octroi 1 "+label, 32)
	if err != nil {
		panic(err) // only for lengths that HKDF cannot give; 32 is none
	}
	return [32]byte(b)
}

// wrap seals a secret for one row: the row's identity is authenticated, so that no row can lend its secret to another.
func (k *RootKey) wrap(secret []byte, row string) string {
	return base64.StdEncoding.EncodeToString(k.wrapping.Seal(nil, nil, secret, []byte(row)))
}

func (k *RootKey) unwrap(text, row string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(b) != text { // it takes line breaks and stray bits
		return nil, ErrUnwrap
	}
	secret, err := k.wrapping.Open(nil, nil, b, []byte(row))
	if err != nil {
		return nil, ErrUnwrap
	}
	return secret, nil
}

// Format redacts, whatever the verb, also for a copy of the key.
func (RootKey) Format(w fmt.State, _ rune) { io.WriteString(w, "***") }
