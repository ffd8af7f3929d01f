package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
)

// keyset is the root keys that a process knows. While one takes the place of another there are two: every secret is
// wrapped with the same one, but which one that is changes while others read and write.
type keyset struct {
	load func() ([]*RootKey, error) // nil: there are no others

	mu    sync.RWMutex
	known []*RootKey // the newest first
}

func newKeyset(c Config) *keyset { return &keyset{load: c.Roots, known: []*RootKey{c.Root}} }

func (k *keyset) all() []*RootKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.known
}

// find is the key of an id. One that is not known may have come since.
func (k *keyset) find(id string) (*RootKey, error) {
	if found := byID(k.all(), id); found != nil {
		return found, nil
	}
	if err := k.again(); err != nil {
		return nil, err
	}
	if found := byID(k.all(), id); found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("%w (the store is sealed with root key %s; what is given is %s)", ErrUnwrap, id, ids(k.all()))
}

// again looks for keys that came since. The one that was in use stays known beside them: somebody may be about to
// open what was read before it changed.
func (k *keyset) again() error {
	if k.load == nil {
		return nil
	}
	fresh, err := k.load()
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if last := k.known[0]; byID(fresh, last.ID()) == nil {
		fresh = append(fresh, last)
	}
	k.known = fresh
	return nil
}

// use puts the key first that the store is sealed with.
func (k *keyset) use(root *RootKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known[0] == root {
		return
	}
	ordered := []*RootKey{root}
	for _, other := range k.known {
		if other.ID() != root.ID() {
			ordered = append(ordered, other)
		}
	}
	k.known = ordered
}

// unwrap opens a row's secret with the key that fits. Errors: ErrUnwrap.
func (k *keyset) unwrap(text, row string) ([]byte, error) {
	if secret, err := unwrapWith(k.all(), text, row); err == nil {
		return secret, nil
	}
	if err := k.again(); err != nil {
		return nil, err
	}
	return unwrapWith(k.all(), text, row)
}

func unwrapWith(keys []*RootKey, text, row string) ([]byte, error) {
	for _, key := range keys {
		if secret, err := key.unwrap(text, row); err == nil {
			return secret, nil
		}
	}
	return nil, ErrUnwrap
}

func byID(keys []*RootKey, id string) *RootKey {
	for _, key := range keys {
		if key.ID() == id {
			return key
		}
	}
	return nil
}

func ids(keys []*RootKey) string {
	all := make([]string, len(keys))
	for i, key := range keys {
		all[i] = key.ID()
	}
	return strings.Join(all, " or ")
}

// sealing is the root key that the store is sealed with, as a transaction that writes sees it. Whoever wraps asks
// here: a secret that was wrapped with the key of a moment ago could be opened by nobody once that key is gone.
func (s *Store) sealing(ctx context.Context, tx *sql.Tx) (*RootKey, error) {
	var id string
	if err := tx.QueryRowContext(ctx, `SELECT root_key FROM meta WHERE id = 1`).Scan(&id); err != nil {
		return nil, err
	}
	root, err := s.keys.find(id)
	if err == nil {
		s.keys.use(root)
	}
	return root, err
}

// wrap wraps a secret for a row that the transaction writes.
func (s *Store) wrap(ctx context.Context, tx *sql.Tx, secret []byte, row string) (string, error) {
	root, err := s.sealing(ctx, tx)
	if err != nil {
		return "", err
	}
	return root.wrap(secret, row), nil
}

// RootKeyID names the root key that the store is sealed with.
func (s *Store) RootKeyID(ctx context.Context) (id string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT root_key FROM meta WHERE id = 1`).Scan(&id)
	return id, err
}
