package store

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// cacheLimit bounds the entries of each kind in a generation.
const cacheLimit = 1 << 16

// generation is what was read while the version stood still. A new version starts an empty one; a slow reader that
// still fills the old one harms nobody, since nobody reads it any more.
type generation struct {
	version int64
	mu      sync.RWMutex
	entries map[cacheKey]any
}

type cacheKey struct{ kind, account, id string }

func newGeneration(version int64) *generation {
	return &generation{version: version, entries: map[cacheKey]any{}}
}

// fresh looks at the version row when the last look is older than CheckInterval. It fails closed: when the database
// does not answer, nothing cached is served.
func (s *Store) fresh(ctx context.Context) error {
	if s.looked(s.now().UnixNano()) {
		return nil
	}
	s.looking.Lock()
	defer s.looking.Unlock()
	now := s.now().UnixNano()
	if s.looked(now) {
		return nil
	}
	var version int64
	if err := s.db.QueryRowContext(context.WithoutCancel(ctx), `SELECT version FROM meta WHERE id = 1`).Scan(&version); err != nil {
		return fmt.Errorf("reading the store's version: %w", err)
	}
	if version != s.current.Load().version {
		s.current.Store(newGeneration(version))
	}
	s.checked.Store(now)
	return nil
}

// looked reports whether the last look is young enough. One from the future says that the clock went back.
func (s *Store) looked(now int64) bool {
	last := s.checked.Load()
	return now-last < int64(CheckInterval) && now >= last
}

// cached answers from the generation, or loads and keeps what load returns. Errors are not kept, ErrNotFound
// among them: a missing thing is looked up each time, so that nobody fills the cache with inventions.
func cached[T any](ctx context.Context, s *Store, key cacheKey, load func() (T, error)) (T, error) {
	var none T
	if err := s.fresh(ctx); err != nil {
		return none, err
	}
	return kept(s.current.Load(), key, load)
}

// kept answers from a generation, or loads and keeps what load returns.
func kept[T any](g *generation, key cacheKey, load func() (T, error)) (T, error) {
	var none T
	g.mu.RLock()
	v, ok := g.entries[key]
	g.mu.RUnlock()
	if ok {
		return v.(T), nil
	}
	t, err := load()
	if err != nil {
		return none, err
	}
	g.mu.Lock()
	if len(g.entries) >= cacheLimit {
		clear(g.entries)
	}
	g.entries[key] = t
	g.mu.Unlock()
	return t, nil
}

// VersionAge is how long ago the version was last read from the database.
func (s *Store) VersionAge() time.Duration {
	return time.Duration(s.now().UnixNano() - s.checked.Load())
}

// Version is the number of the last write that this process has seen; it changes with every write.
func (s *Store) Version(ctx context.Context) (int64, error) {
	if err := s.fresh(ctx); err != nil {
		return 0, err
	}
	return s.current.Load().version, nil
}
