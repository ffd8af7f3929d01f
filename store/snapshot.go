package store

import (
	"context"
	"strings"
)

// Snapshot writes a copy of the database, as it is at one moment, to a file that does not exist. Its secrets stay
// wrapped.
func (s *Store) Snapshot(ctx context.Context, path string) error {
	_, err := s.db.ExecContext(ctx, `VACUUM INTO '`+strings.ReplaceAll(path, `'`, `''`)+`'`)
	return err
}
