package issuer

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// loadedRing is the ring as of a version of the store.
type loadedRing struct {
	version int64
	keys    [sha256.Size]byte // a hash of what the ring was made of
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
	return i.load(ctx, version)
}

// load reads the ring, one caller for all of them, and makes it anew only when its keys are others: to make one takes a
// millisecond for a dozen keys, and any write to the store is a new version.
func (i *Issuer) load(ctx context.Context, version int64) (*token.Ring, error) {
	i.loading.Lock()
	defer i.loading.Unlock()
	last := i.loaded.Load()
	if last != nil && last.version == version {
		return last.ring, nil
	}
	keys, err := i.keyring().keys(ctx)
	if err != nil {
		return nil, err
	}
	next := &loadedRing{version: version, keys: hashOf(keys)}
	if last != nil && last.keys == next.keys {
		next.ring = last.ring
	} else if next.ring, err = token.NewRing(i.store.Deployment(), keys); err != nil {
		return nil, fmt.Errorf("reading the token keys: %w", err)
	}
	i.loaded.Store(next)
	return next.ring, nil
}

// hashOf tells rings apart without keeping their keys' secrets.
func hashOf(keys []token.Key) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, k := range keys {
		h.Write(k.Secret[:])
		for _, n := range []int64{int64(k.ID), k.Created.UnixNano(), k.Activated.UnixNano()} {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
		}
	}
	h.Sum(sum[:0])
	return sum
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
