package store

import (
	"context"
	"database/sql"
	"time"
)

// RevocationKind says what a revocation names.
type RevocationKind string

// What can be revoked: one token, everything that a principal holds up to an instant, one session, or everything.
const (
	RevokeToken     RevocationKind = "token" // by its name, which is a hash of its id
	RevokeAll       RevocationKind = "all"   // its subject is empty
	RevokePrincipal RevocationKind = "principal"
	RevokeSession   RevocationKind = "session" // by its access key id, with all that it asked for
)

// Revoke refuses the tokens of a subject that were issued up to an instant. A later instant replaces an earlier one,
// never the reverse.
func (s *Store) Revoke(ctx context.Context, kind RevocationKind, subject string, before time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO revocations (kind, subject, before) VALUES ($1, $2, $3)
			ON CONFLICT (kind, subject) DO UPDATE SET before =
			CASE WHEN excluded.before > revocations.before THEN excluded.before ELSE revocations.before END`, string(kind), subject, millis(before))
		return err
	})
}

// Revoked is the instant up to which a subject's tokens are refused; the zero Time when none are.
func (s *Store) Revoked(ctx context.Context, kind RevocationKind, subject string) (time.Time, error) {
	all, err := s.allRevoked(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return all[revocation{kind, subject}], nil
}

// AnyRevoked reports whether anything is revoked at all, which mostly nothing is.
func (s *Store) AnyRevoked(ctx context.Context) (bool, error) {
	all, err := s.allRevoked(ctx)
	return len(all) > 0, err
}

func (s *Store) allRevoked(ctx context.Context) (map[revocation]time.Time, error) {
	return cached(ctx, s, cacheKey{kind: "revocations"}, func() (map[revocation]time.Time, error) { return s.revocations(ctx) })
}

type revocation struct {
	kind    RevocationKind
	subject string
}

// revocations reads them all: they are few, since those older than the longest token are dropped (PruneRevocations).
func (s *Store) revocations(ctx context.Context) (map[revocation]time.Time, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT kind, subject, before FROM revocations`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[revocation]time.Time{}
	for rows.Next() {
		var r revocation
		var before int64
		if err := rows.Scan(&r.kind, &r.subject, &before); err != nil {
			return nil, err
		}
		all[r] = fromMillis(before)
	}
	return all, rows.Err()
}

// PruneRevocations forgets the revocations of what was issued before an instant: the caller knows that it is all over.
// Where there are none it writes nothing, since a write empties every cache.
func (s *Store) PruneRevocations(ctx context.Context, before time.Time) error {
	var old int
	err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM revocations WHERE before < $1`, millis(before)).Scan(&old)
	if err != nil || old == 0 {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM revocations WHERE before < $1`, millis(before))
		return err
	})
}
