package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
)

// TokenKey is a row of the ring of token keys. Its times are those of package token's rotation.
type TokenKey struct {
	ID          uint32
	Secret      principal.Secret // 32 bytes
	CreatedAt   time.Time
	ActivatesAt time.Time
	RetiresAt   time.Time // zero while it seals, or waits to
}

func tokenKeyRow(id uint32) string { return fmt.Sprintf("token key %d", id) }

// TokenKeys lists the ring, the oldest first. Errors: ErrUnwrap.
func (s *Store) TokenKeys(ctx context.Context) ([]TokenKey, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, secret, created_at, activates_at, retires_at FROM token_keys ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []TokenKey
	for rows.Next() {
		var k TokenKey
		var wrapped string
		var created, activates, retires int64
		if err := rows.Scan(&k.ID, &wrapped, &created, &activates, &retires); err != nil {
			return nil, err
		}
		secret, err := s.root.unwrap(wrapped, tokenKeyRow(k.ID))
		if err != nil {
			return nil, fmt.Errorf("token key %d: %w", k.ID, err)
		}
		k.Secret = principal.NewSecretFrom(string(secret))
		k.CreatedAt, k.ActivatesAt = fromMillis(created), fromMillis(activates)
		if retires != 0 {
			k.RetiresAt = fromMillis(retires)
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

// RotateTokenKeys reads the ring and writes what next makes of it, in one transaction, so that two nodes that rotate
// at once make one key between them. next returns the whole ring; it is not written when it is unchanged in length
// and times.
func (s *Store) RotateTokenKeys(ctx context.Context, next func([]TokenKey) []TokenKey) error {
	have, err := s.TokenKeys(ctx)
	if err != nil {
		return err
	}
	if sameRing(have, next(have)) {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		var count, last int
		if err := tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(id), 0) FROM token_keys`).Scan(&count, &last); err != nil {
			return err
		}
		if count != len(have) || count > 0 && uint32(last) != have[len(have)-1].ID {
			return nil // another process rotated meanwhile: its ring is read next time
		}
		return s.putTokenKeys(ctx, tx, next(have))
	})
}

func sameRing(a, b []TokenKey) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || !a[i].RetiresAt.Equal(b[i].RetiresAt) || !a[i].ActivatesAt.Equal(b[i].ActivatesAt) {
			return false
		}
	}
	return true
}

func (s *Store) putTokenKeys(ctx context.Context, tx *sql.Tx, ring []TokenKey) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM token_keys`); err != nil {
		return err
	}
	for _, k := range ring {
		retires := int64(0)
		if !k.RetiresAt.IsZero() {
			retires = millis(k.RetiresAt)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO token_keys (id, secret, created_at, activates_at, retires_at) VALUES ($1, $2, $3, $4, $5)`,
			int64(k.ID), s.root.wrap([]byte(k.Secret.Reveal()), tokenKeyRow(k.ID)), millis(k.CreatedAt), millis(k.ActivatesAt), retires)
		if err != nil {
			return err
		}
	}
	return nil
}
