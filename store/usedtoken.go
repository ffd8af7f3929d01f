package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// UseOnce takes a token of an identity provider that may be taken once; name is whatever tells the token from every
// other one of the provider, and until when it would be taken at all. Errors: ErrExists for one that was taken before,
// on whichever node. It makes no new version: nothing that is cached depends on it.
func (s *Store) UseOnce(ctx context.Context, provider, name string, until time.Time) error {
	return s.retried(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := useOnce(ctx, tx, provider, name, s.now(), until); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	})
}

// useOnce also forgets the tokens that are over, so that there are as many rows as tokens that could be shown again.
func useOnce(ctx context.Context, tx *sql.Tx, provider, name string, now, until time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM used_tokens WHERE expires_at < $1`, millis(now)); err != nil {
		return err
	}
	err := touched(tx.ExecContext(ctx, `INSERT INTO used_tokens (provider, token, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		provider, name, millis(until)))
	if errors.Is(err, ErrNotFound) {
		return ErrExists
	}
	return err
}
