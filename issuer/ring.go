package issuer

import (
	"context"
	"errors"
	"fmt"

	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// loadedRing is the ring as of a version of the store.
type loadedRing struct {
	version int64
	ring    *token.Ring
}

// Ring is the ring of this moment: it is read again when the store has changed since.
func (i *Issuer) Ring(ctx context.Context) (*token.Ring, error) {
	version, err := i.store.Version(ctx)
	if err != nil {
		return nil, err
	}
	if l := i.loaded.Load(); l != nil && l.version == version {
		return l.ring, nil
	}
	keys, err := i.keyring().keys(ctx)
	if err != nil {
		return nil, err
	}
	ring, err := token.NewRing(i.store.Deployment(), keys)
	if err != nil {
		return nil, fmt.Errorf("reading the token keys: %w", err)
	}
	i.loaded.Store(&loadedRing{version, ring})
	return ring, nil
}

// Maintain writes the next token key when it is due, drops the keys whose tokens are long over, and the revocations
// of tokens that have expired.
func (i *Issuer) Maintain(ctx context.Context) error {
	keys, err := i.keyring().keys(ctx)
	if err != nil {
		return err
	}
	now := i.now()
	if token.NeedsKey(keys, now, store.CheckInterval) {
		if err := i.keyring().add(ctx, keys, now); err != nil && !errors.Is(err, store.ErrExists) {
			return fmt.Errorf("adding a token key: %w", err)
		}
	}
	for id, phase := range token.Phases(keys, now) {
		if phase == token.Retired {
			if err := i.store.RemoveTokenKey(ctx, uint32(id)); err != nil && !errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("removing token key %s: %w", id, err)
			}
		}
	}
	if err := i.store.PruneRevocations(ctx, now.Add(-token.MaxSessionLifetime-token.Skew)); err != nil {
		return fmt.Errorf("forgetting old revocations: %w", err)
	}
	return nil
}
