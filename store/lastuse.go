package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

// LastUse is when an access key or a role was last used, and for what.
type LastUse struct {
	Service, Region string
	At              time.Time
}

// lastUses are those that are not written yet. They are written now and then and without a new version: a version
// empties every cache, and to know that a key was used a minute ago is not worth that.
type lastUses struct {
	mu      sync.Mutex
	pending map[string]LastUse
}

// lastUsesLimit bounds what waits to be written.
const lastUsesLimit = 1 << 16

// Used notes that an access key or a role was used.
func (s *Store) Used(id, service, region string) {
	now := s.now()
	u := &s.uses
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.pending == nil || len(u.pending) >= lastUsesLimit {
		u.pending = map[string]LastUse{}
	}
	if last, ok := u.pending[id]; ok && now.Sub(last.At) < time.Second && last.Service == service {
		return
	}
	u.pending[id] = LastUse{service, region, now}
}

// LastUsed is when an access key or a role was last used. Errors: ErrNotFound for one that never was.
func (s *Store) LastUsed(ctx context.Context, id string) (LastUse, error) {
	s.uses.mu.Lock()
	u, ok := s.uses.pending[id]
	s.uses.mu.Unlock()
	if ok {
		return u, nil
	}
	var at int64
	err := one(s.db.QueryRowContext(ctx, `SELECT service, region, used_at FROM last_uses WHERE id = $1`, id).Scan(&u.Service, &u.Region, &at))
	u.At = fromMillis(at)
	return u, err
}

// WriteLastUses writes what was noted since the last time. It is called now and then, and before the store is closed.
func (s *Store) WriteLastUses(ctx context.Context) error {
	s.uses.mu.Lock()
	pending := s.uses.pending
	s.uses.pending = nil
	s.uses.mu.Unlock()
	if len(pending) == 0 {
		return nil
	}
	if err := s.broken.err(); err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err == nil {
		err = s.broken.judge(errors.Join(insertUses(ctx, tx, pending), tx.Commit()))
	}
	if err != nil {
		s.keepUses(pending)
	}
	return err
}

func insertUses(ctx context.Context, tx *sql.Tx, pending map[string]LastUse) error {
	for id, u := range pending {
		_, err := tx.ExecContext(ctx, `INSERT INTO last_uses (id, service, region, used_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET service = excluded.service, region = excluded.region, used_at = excluded.used_at`,
			id, u.Service, u.Region, millis(u.At))
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return nil
}

// keepUses puts back what could not be written, unless it was used again since.
func (s *Store) keepUses(old map[string]LastUse) {
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	if s.uses.pending == nil {
		s.uses.pending = old
		return
	}
	for id, u := range old {
		if _, newer := s.uses.pending[id]; !newer {
			s.uses.pending[id] = u
		}
	}
}
