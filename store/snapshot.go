package store

import (
	"context"
	"errors"
	"net/url"
	"strings"
)

// Snapshot writes a copy of the database, as it is at one moment, to a file that does not exist. Its secrets stay
// wrapped; it answers the id of the root key that they are wrapped with, which may have changed since the call.
func (s *Store) Snapshot(ctx context.Context, path string) (rootKey string, err error) {
	if _, err := s.db.ExecContext(ctx, `VACUUM INTO '`+strings.ReplaceAll(path, `'`, `''`)+`'`); err != nil {
		return "", err
	}
	db, err := openFile((&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&immutable=1"}).String())
	if err != nil {
		return "", err
	}
	err = db.QueryRowContext(ctx, `SELECT root_key FROM meta WHERE id = 1`).Scan(&rootKey)
	return rootKey, errors.Join(err, db.Close())
}
