package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/octroi/octroi/store"
)

// Rewrapped is what a change of the root key did.
type Rewrapped struct {
	Secrets int    `json:"secrets"`           // that were wrapped anew; 0 when an earlier try had done so
	Old     string `json:"oldKey"`            // ids
	New     string `json:"newKey"`            //
	Retired string `json:"retired,omitempty"` // the file that the old key is in now
	Source  string `json:"source"`            // where the keys come from
}

// Rewrap seals a store with another root key, also while services run on it: they find the new one when they meet the
// first secret that it wraps. With a key in the data folder it makes the new one; otherwise the new one must be given
// beside the old one. It can be cut off anywhere and done again: until the transaction is over the old key opens
// everything, after it the new one does, and both are there.
func (r RootKeys) Rewrap(ctx context.Context, data string) (Rewrapped, error) {
	s, err := r.OpenStore(ctx, data)
	if err != nil {
		return Rewrapped{}, err
	}
	defer s.Close()
	source, err := r.Source(data)
	if err != nil {
		return Rewrapped{}, err
	}
	if source.Name != filepath.Join(data, rootKeyFile) {
		return rewrapGiven(ctx, s, source)
	}
	alone, err := lock(filepath.Join(data, "rewrap.lock"))
	if err != nil {
		return Rewrapped{}, fmt.Errorf("another octroid keyring rewrap is at work: %w", err)
	}
	defer alone.Close()
	return rewrapFile(ctx, s, source, data)
}

// rewrapGiven has both keys from outside, and changes nothing there.
func rewrapGiven(ctx context.Context, s *store.Store, source RootKeySource) (Rewrapped, error) {
	keys, err := source.read()
	if err != nil {
		return Rewrapped{}, err
	}
	if len(keys) < 2 {
		return Rewrapped{}, fmt.Errorf("the root key comes from %s, which cannot be written here: give the new one beside it first, in %s or as the credential %s (docs/root-key.md)",
			source.Name, NextRootKeyVariable, nextRootKeyFile)
	}
	done := Rewrapped{Old: keys[0].ID(), New: keys[1].ID(), Source: source.Name}
	done.Secrets, err = rewrapTo(ctx, s, keys[1])
	return done, err
}

// rewrapTo is no error when an earlier try got this far.
func rewrapTo(ctx context.Context, s *store.Store, next *store.RootKey) (int, error) {
	n, err := s.Rewrap(ctx, next)
	if errors.Is(err, store.ErrExists) {
		return 0, nil
	}
	return n, err
}

// rewrapFile goes through four steps, each on disk before the next: the new key stands beside the old one; the store
// is sealed with it; the old one has a second name; the new one takes its place.
func rewrapFile(ctx context.Context, s *store.Store, source RootKeySource, data string) (Rewrapped, error) {
	place, next := filepath.Join(data, rootKeyFile), filepath.Join(data, nextRootKeyFile)
	if !exists(next) {
		if _, err := store.CreateRootKey(next); err != nil {
			return Rewrapped{}, err
		}
	}
	keys, err := source.read()
	if err != nil {
		return Rewrapped{}, err
	}
	root, fresh := keys[0], keys[1]
	done := Rewrapped{Old: root.ID(), New: fresh.ID(), Source: source.Name, Retired: place + "." + root.ID()}
	if done.Secrets, err = rewrapTo(ctx, s, fresh); err != nil {
		return done, err
	}
	if err := root.WriteFile(done.Retired); err != nil && !errors.Is(err, fs.ErrExist) {
		return done, err
	}
	if err := os.Rename(next, place); err != nil {
		return done, err
	}
	return done, syncFolder(data)
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
