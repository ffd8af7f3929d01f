package store

import (
	"context"
	"errors"
	"net/url"
	"strings"
)

// Snapshot writes a copy of the database, as it is at one moment, to a file that does not exist. Its secrets stay
// wrapped; it answers the id of the root key that they are wrapped with, which may have changed since the call.
//
// The copy is not flushed: who keeps it flushes it. One that is read and removed again never needs the disk, and a flush
// of it all at once is what others who flush would wait for.
func (s *Store) Snapshot(ctx context.Context, path string) (rootKey string, err error) {
	if err := s.copyTo(ctx, path); err != nil {
		return "", err
	}
	db, err := openFile((&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&immutable=1"}).String())
	if err != nil {
		return "", err
	}
	err = db.QueryRowContext(ctx, `SELECT root_key FROM meta WHERE id = 1`).Scan(&rootKey)
	return rootKey, errors.Join(err, db.Close())
}

// copyTo has SQLite copy on a connection that is read from only, and is nobody else's: it does not flush.
func (s *Store) copyTo(ctx context.Context, path string) error {
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "synchronous(OFF)"}}
	db, err := openFile((&url.URL{Scheme: "file", Opaque: (&url.URL{Path: s.path}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO '`+strings.ReplaceAll(path, `'`, `''`)+`'`)
	return errors.Join(err, db.Close())
}
