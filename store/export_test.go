package store

import (
	"bytes"
	"context"
	"database/sql"
)

// UserIdentityWhile reads a user's identity after meanwhile, in a snapshot from before it.
func (s *Store) UserIdentityWhile(ctx context.Context, account, id string, meanwhile func()) (who Identity, err error) {
	err = s.read(ctx, func(q snapshot) error {
		meanwhile()
		who, err = s.userIdentity(ctx, q, account, id)
		return err
	})
	return who, err
}

// Judge is what becomes of an error of the database.
func (s *Store) Judge(err error) error { return s.broken.judge(err) }

// Wrap and Unwrap are what a row keeps of a secret, and the secret again.
func (k *RootKey) Wrap(secret []byte, row string) string { return k.wrap(secret, row) }

// Unwrap is the inverse of Wrap.
func (k *RootKey) Unwrap(text, row string) ([]byte, error) { return k.unwrap(text, row) }

// DamageOf is the damage of a write-ahead log that nobody writes.
func DamageOf(log []byte) (*LogDamage, error) { return walkLog(bytes.NewReader(log)) }

// DropSums keeps no sums from now on.
func (s *Store) DropSums(ctx context.Context) error {
	return s.alone(ctx, func(tx *sql.Tx) error { return dropSums(ctx, tx) })
}
