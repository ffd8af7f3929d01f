package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
)

// TokenKey is a row of the ring of token keys. What its times mean is package token's matter.
type TokenKey struct {
	ID          uint32
	Secret      principal.Secret // 32 bytes
	CreatedAt   time.Time
	ActivatedAt time.Time
}

func tokenKeyRow(id uint32) string { return fmt.Sprintf("token key %d", id) }

// TokenKeys lists the ring, the oldest first. Errors: ErrUnwrap.
func (s *Store) TokenKeys(ctx context.Context) ([]TokenKey, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, secret, created_at, activated_at FROM token_keys ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []TokenKey
	for rows.Next() {
		var k TokenKey
		var wrapped string
		var created, activated int64
		if err := rows.Scan(&k.ID, &wrapped, &created, &activated); err != nil {
			return nil, err
		}
		secret, err := s.keys.unwrap(wrapped, tokenKeyRow(k.ID))
		if err != nil {
			return nil, fmt.Errorf("token key %d: %w", k.ID, err)
		}
		k.Secret = principal.NewSecretFrom(string(secret))
		k.CreatedAt, k.ActivatedAt = fromMillis(created), fromMillis(activated)
		all = append(all, k)
	}
	return all, rows.Err()
}

// AddTokenKey adds the next key to the ring. Two nodes that want to at once make one key between them: the second
// finds ErrExists, and reads the first one's.
func (s *Store) AddTokenKey(ctx context.Context, k TokenKey) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		wrapped, err := s.wrap(ctx, tx, []byte(k.Secret.Reveal()), tokenKeyRow(k.ID))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO token_keys (id, secret, created_at, activated_at) VALUES ($1, $2, $3, $4)`,
			int64(k.ID), wrapped, millis(k.CreatedAt), millis(k.ActivatedAt))
		return unique(err)
	})
}

// RemoveTokenKey removes a key: nothing that it sealed opens any more. Errors: ErrNotFound.
func (s *Store) RemoveTokenKey(ctx context.Context, id uint32) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM token_keys WHERE id = $1`, int64(id)))
	})
}
