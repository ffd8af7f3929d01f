package credential

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
)

// Store is docker's config.json, or the credential helper that it names.
//
// The file is written as a whole and renamed into place, and everything in it that is not ours stays. Docker
// takes no lock; a lock of ours keeps parallel logins of this program from undoing each other.
type Store struct{ path string }

// DockerStore is the store in $DOCKER_CONFIG, or in ~/.docker.
func DockerStore(environ func(string) (string, bool), home string) Store {
	folder, _ := environ("DOCKER_CONFIG")
	if folder == "" {
		folder = filepath.Join(home, ".docker")
	}
	return Store{filepath.Join(folder, "config.json")}
}

// Put keeps a login.
func (s Store) Put(ctx context.Context, h Host, t Token) error {
	return s.change(func(store credentials.Store) error {
		return store.Put(ctx, h.Name, auth.Credential{Username: t.User, Password: t.Password.Reveal()})
	})
}

// Remove forgets a login, and reports whether there was one.
func (s Store) Remove(ctx context.Context, h Host) (found bool, err error) {
	if _, err := os.Stat(s.path); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	err = s.change(func(store credentials.Store) error {
		had, err := store.Get(ctx, h.Name)
		if err != nil || had == auth.EmptyCredential {
			return err
		}
		found = true
		return store.Delete(ctx, h.Name)
	})
	return found, err
}

// change opens the store anew under the lock: what another process wrote before is seen.
func (s Store) change(change func(credentials.Store) error) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return s.failed(err)
	}
	path := s.path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the rename must not put a file in the link's place
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return s.failed(err)
	}
	defer unlock()
	store, err := credentials.NewStore(path, credentials.StoreOptions{AllowPlaintextPut: true})
	if err != nil {
		return s.failed(err)
	}
	if err := change(store); err != nil {
		return s.failed(err)
	}
	return nil
}

func (s Store) failed(err error) error {
	return fmt.Errorf("cannot change the logins in %s: %w", s.path, err)
}
