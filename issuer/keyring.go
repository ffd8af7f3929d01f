package issuer

import (
	"context"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// Keyring looks after the token keys: what the service does by itself once a day, and an operator by hand.
type Keyring struct {
	Store *store.Store
	Now   func() time.Time
}

func (i *Issuer) keyring() Keyring { return Keyring{i.store, i.now} }

// RingKey is a key without its secret.
type RingKey struct {
	ID                 uint32
	Phase              token.Phase
	Created, Activated time.Time
}

// List tells the keys in their order.
func (r Keyring) List(ctx context.Context) ([]RingKey, error) {
	keys, err := r.keys(ctx)
	phases := token.Phases(keys, r.Now())
	all := []RingKey{}
	for _, k := range keys {
		all = append(all, RingKey{uint32(k.ID), phases[k.ID], k.Created, k.Activated})
	}
	return all, err
}

// Rotate writes the next key now. It seals when every node has had the time to read it; what older keys sealed stays
// valid for as long as it would have.
func (r Keyring) Rotate(ctx context.Context) error {
	keys, err := r.keys(ctx)
	if err != nil {
		return err
	}
	return r.add(ctx, keys, r.Now())
}

// Remove ends a key, and with it every token that it sealed, at once. When it is the one that seals, another one seals
// from now on: a node that has not read it yet refuses to issue for a moment. Errors: store.ErrNotFound.
func (r Keyring) Remove(ctx context.Context, id uint32) error {
	keys, err := r.keys(ctx)
	if err != nil {
		return err
	}
	now := r.Now()
	phases := token.Phases(keys, now)
	switch phase, ok := phases[token.KeyID(id)]; {
	case !ok:
		return fmt.Errorf("token key %d: %w", id, store.ErrNotFound)
	case phase == token.Sealing:
		if err := r.write(ctx, token.NewKey(last(keys)+1, now.Truncate(time.Second), 0)); err != nil {
			return err
		}
	}
	return r.Store.RemoveTokenKey(ctx, id)
}

func (r Keyring) keys(ctx context.Context) ([]token.Key, error) {
	rows, err := r.Store.TokenKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the token keys: %w", err)
	}
	var keys []token.Key
	for _, row := range rows {
		k := token.Key{ID: token.KeyID(row.ID), Created: row.CreatedAt, Activated: row.ActivatedAt}
		if copy(k.Secret[:], row.Secret.Reveal()) != len(k.Secret) {
			return nil, fmt.Errorf("reading the token keys: key %d has another length", row.ID)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// add adds the key after the last one. The first of all seals at once: no node can have missed it. Claims have the
// precision of a second, so that it seals from the beginning of this one.
func (r Keyring) add(ctx context.Context, keys []token.Key, now time.Time) error {
	if len(keys) == 0 {
		return r.write(ctx, token.NewKey(1, now.Truncate(time.Second), 0))
	}
	return r.write(ctx, token.NewKey(last(keys)+1, now, store.CheckInterval))
}

func (r Keyring) write(ctx context.Context, k token.Key) error {
	return r.Store.AddTokenKey(ctx, store.TokenKey{
		ID: uint32(k.ID), Secret: principal.NewSecretFrom(string(k.Secret[:])), CreatedAt: k.Created, ActivatedAt: k.Activated})
}

func last(keys []token.Key) (id token.KeyID) {
	for _, k := range keys {
		id = max(id, k.ID)
	}
	return id
}
