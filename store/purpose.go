package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
)

// Purpose is what a key of the whole deployment is for.
type Purpose string

// The purposes.
const (
	AuditHead   Purpose = "audit head"   // makes the key that signs how far the audit log is
	EngineState Purpose = "engine"       // signs the state of uploads
	UploadOwner Purpose = "upload owner" // binds an upload to its principal
)

var purposes = []Purpose{AuditHead, EngineState, UploadOwner}

func purposeRow(p Purpose) string { return "purpose " + string(p) }

// PurposeKey is the key of a purpose. It stays the same for as long as the deployment lives, whatever root key it is
// wrapped with: heads of the audit log are verified with what was handed out years ago, and an upload goes on.
func (s *Store) PurposeKey(ctx context.Context, p Purpose) (key [32]byte, err error) {
	var wrapped string
	if err := one(s.db.QueryRowContext(ctx, `SELECT secret FROM purpose_keys WHERE purpose = $1`, string(p)).Scan(&wrapped)); err != nil {
		return key, fmt.Errorf("reading the key for %s: %w", p, err)
	}
	secret, err := s.keys.unwrap(wrapped, purposeRow(p))
	if err != nil || copy(key[:], secret) != len(key) {
		return key, fmt.Errorf("reading the key for %s: %w", p, errors.Join(err, ErrUnwrap))
	}
	return key, nil
}

// sealed makes sure that the store says which root key seals it, that this is one of ours, and that there is a key
// for each purpose.
func (s *Store) sealed(ctx context.Context) error {
	var id string
	var have int
	err := s.db.QueryRowContext(ctx, `SELECT root_key, (SELECT count(*) FROM purpose_keys) FROM meta WHERE id = 1`).Scan(&id, &have)
	if err != nil {
		return err
	}
	if id != "" && have == len(purposes) {
		root, err := s.keys.find(id)
		if err == nil {
			s.keys.use(root)
		}
		return err
	}
	return s.retried(ctx, func() error { return s.writeOnce(ctx, func(tx *sql.Tx) error { return s.sealFirst(ctx, tx) }) })
}

// sealFirst takes a store that is new, or that was made when root keys had no id. Keys of purposes were derived from
// the root key then: those stay what they were. New ones are random, so that a root key alone yields none.
func (s *Store) sealFirst(ctx context.Context, tx *sql.Tx) error {
	root, old, err := s.adopt(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET root_key = $1 WHERE id = 1`, root.ID()); err != nil {
		return err
	}
	s.keys.use(root)
	for _, p := range purposes {
		var key [32]byte
		rand.Read(key[:])
		if old {
			key = root.Derive(string(p))
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO purpose_keys (purpose, secret) VALUES ($1, $2) ON CONFLICT (purpose) DO NOTHING`,
			string(p), root.wrap(key[:], purposeRow(p)))
		if err != nil {
			return err
		}
	}
	return nil
}

// adopt is the key that the store is sealed with, as it says or as its secrets tell, and whether it had any before.
func (s *Store) adopt(ctx context.Context, tx *sql.Tx) (root *RootKey, old bool, err error) {
	var id, wrapped, row string
	if err := tx.QueryRowContext(ctx, `SELECT root_key FROM meta WHERE id = 1`).Scan(&id); err != nil {
		return nil, false, err
	}
	if id != "" { // somebody else was first
		root, err = s.keys.find(id)
		return root, false, err
	}
	err = tx.QueryRowContext(ctx, `SELECT secret, 'token key ' || id FROM token_keys UNION ALL
		SELECT secret, 'access key ' || id || ' of ' || user_id FROM access_keys LIMIT 1`).Scan(&wrapped, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return s.keys.all()[0], false, nil
	}
	if err != nil {
		return nil, false, err
	}
	for _, key := range s.keys.all() {
		if _, err := key.unwrap(wrapped, row); err == nil {
			return key, true, nil
		}
	}
	return nil, false, ErrUnwrap
}
