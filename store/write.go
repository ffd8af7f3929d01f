package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// write runs do in one transaction, which also bumps the version. What another process or connection holds locked
// is tried again for a while: losing a race for the lock is no error that a caller could act on.
func (s *Store) write(ctx context.Context, do func(*sql.Tx) error) error {
	err := s.retried(ctx, func() error { return s.writeOnce(ctx, do) })
	if err == nil {
		s.forget()
	}
	return err
}

// retried does again what found the database locked.
func (s *Store) retried(ctx context.Context, do func() error) error {
	const tries = 5
	var err error
	for i := range tries {
		if err = do(); !busy(err) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(i+1) * 20 * time.Millisecond):
		}
	}
	return err
}

// forget makes the next read of this process look at the version row, so that it sees its own write. A look that is
// under way may have missed the write: it ends first.
func (s *Store) forget() {
	s.looking.Lock()
	defer s.looking.Unlock()
	s.checked.Store(0)
}

func (s *Store) writeOnce(ctx context.Context, do func(*sql.Tx) error) error {
	if err := s.broken.err(); err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return s.broken.judge(err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET version = version + 1 WHERE id = 1`); err != nil {
		return err
	}
	return s.broken.judge(tx.Commit())
}

// reader is the database as it is at each question, or a transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// snapshot is the database as it was at one moment.
type snapshot struct {
	reader
	version int64
}

// read runs do on the database of one moment. What is read in steps of their own may belong to no moment: a Deny that
// is moved from one policy to another would be in neither.
func (s *Store) read(ctx context.Context, do func(snapshot) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	q := snapshot{reader: tx}
	if err := tx.QueryRowContext(ctx, `SELECT version FROM meta WHERE id = 1`).Scan(&q.version); err != nil {
		return fmt.Errorf("reading the store's version: %w", err)
	}
	return do(q)
}

func busy(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "SQLITE_BUSY") || strings.Contains(err.Error(), "database is locked"))
}

// unique turns the database's refusal of a second row into ErrExists.
func unique(err error) error {
	if err != nil && strings.Contains(err.Error(), "UNIQUE constraint failed") {
		return ErrExists
	}
	return err
}

// one turns "no rows" into ErrNotFound.
func one(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// touched is ErrNotFound when a statement changed nothing.
func touched(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// identify reads the deployment's name, and makes it at the first start.
func (s *Store) identify(ctx context.Context) error {
	err := s.db.QueryRowContext(ctx, `SELECT deployment FROM meta WHERE id = 1`).Scan(&s.deployment)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = s.db.ExecContext(ctx,
		`INSERT INTO meta (id, version, deployment) VALUES (1, 1, $1) ON CONFLICT (id) DO NOTHING`, strings.ToLower(rand.Text()))
	if err != nil {
		return fmt.Errorf("naming the deployment: %w", err)
	}
	return s.db.QueryRowContext(ctx, `SELECT deployment FROM meta WHERE id = 1`).Scan(&s.deployment)
}

func millis(t time.Time) int64      { return t.UnixMilli() }
func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
