package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
)

// Status of an access key.
type Status string

// The two states of an access key. Whatever else a row says is not active.
const (
	Active   Status = "Active"
	Inactive Status = "Inactive"
)

// KeysPerUser is how many access keys a user may have.
//
// Source: IAM User Guide, "IAM and AWS STS quotas".
const KeysPerUser = 2

// AccessKey is an access key without its secret.
type AccessKey struct {
	ID        principal.AccessKeyID
	UserID    string
	Status    Status
	CreatedAt time.Time
}

// Caller is what the verifier of a signature needs of an active key: the secret and whose it is.
type Caller struct {
	Secret    principal.Secret
	Principal principal.Principal
}

func secretRow(key principal.AccessKeyID, userID string) string {
	return "access key " + string(key) + " of " + userID
}

// CreateAccessKey makes a key for a user. The secret is returned once and never again. Errors: ErrLimit.
func (s *Store) CreateAccessKey(ctx context.Context, u User) (AccessKey, principal.Secret, error) {
	key, secret := s.newAccessKey(u)
	return key, secret, s.write(ctx, func(tx *sql.Tx) error { return s.insertAccessKey(ctx, tx, u, key, secret) })
}

// newAccessKey is a key that is not written yet.
func (s *Store) newAccessKey(u User) (AccessKey, principal.Secret) {
	id := principal.AccessKeyID(principal.NewID(principal.PrefixAccessKey))
	return AccessKey{ID: id, UserID: u.ID, Status: Active, CreatedAt: s.now()}, principal.NewSecret()
}

func (s *Store) insertAccessKey(ctx context.Context, tx *sql.Tx, u User, key AccessKey, secret principal.Secret) error {
	var have int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM access_keys WHERE user_id = $1`, u.ID).Scan(&have); err != nil {
		return err
	}
	if have >= KeysPerUser {
		return say(ErrLimit, "Cannot exceed quota for AccessKeysPerUser: %d", KeysPerUser)
	}
	wrapped, err := s.wrap(ctx, tx, []byte(secret.Reveal()), secretRow(key.ID, u.ID))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO access_keys (id, user_id, secret, status, created_at) VALUES ($1, $2, $3, $4, $5)`,
		string(key.ID), key.UserID, wrapped, string(key.Status), millis(key.CreatedAt))
	return err
}

// SetAccessKeyStatus enables or disables a key of a user. Errors: ErrNotFound.
func (s *Store) SetAccessKeyStatus(ctx context.Context, u User, id principal.AccessKeyID, status Status) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `UPDATE access_keys SET status = $1 WHERE id = $2 AND user_id = $3`, string(status), string(id), u.ID))
	})
}

// DeleteAccessKey removes a key of a user. Errors: ErrNotFound.
func (s *Store) DeleteAccessKey(ctx context.Context, u User, id principal.AccessKeyID) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM access_keys WHERE id = $1 AND user_id = $2`, string(id), u.ID))
	})
}

// AccessKeys lists a user's keys, the oldest first.
func (s *Store) AccessKeys(ctx context.Context, u User) ([]AccessKey, error) {
	rows, err := s.db.QueryContext(ctx,
		`SELECT id, user_id, status, created_at FROM access_keys WHERE user_id = $1 ORDER BY created_at, id`, u.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []AccessKey{}
	for rows.Next() {
		var k AccessKey
		var created int64
		if err := rows.Scan(&k.ID, &k.UserID, &k.Status, &created); err != nil {
			return nil, err
		}
		k.CreatedAt = fromMillis(created)
		all = append(all, k)
	}
	return all, rows.Err()
}

// AccessKeyAccount is the account of an access key, active or not. Errors: ErrNotFound.
func (s *Store) AccessKeyAccount(ctx context.Context, id principal.AccessKeyID) (account string, err error) {
	err = one(s.db.QueryRowContext(ctx,
		`SELECT u.account FROM access_keys k JOIN users u ON u.id = k.user_id WHERE k.id = $1`, string(id)).Scan(&account))
	return account, err
}

// KeyOwner is the user of an account that has a key, active or not. Errors: ErrNotFound.
func (s *Store) KeyOwner(ctx context.Context, account string, id principal.AccessKeyID) (User, error) {
	return scanUser(s.db.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users
		WHERE account = $1 AND id = (SELECT user_id FROM access_keys WHERE id = $2)`, account, string(id)))
}

// Caller is who an active access key belongs to. An unknown and a disabled key are one answer: ErrNotFound.
func (s *Store) Caller(ctx context.Context, id principal.AccessKeyID) (Caller, error) {
	return cached(ctx, s, cacheKey{"caller", "", string(id)}, func() (Caller, error) {
		var wrapped string
		var u User
		err := one(s.db.QueryRowContext(ctx, `SELECT k.secret, u.account, u.id, u.name, u.path FROM access_keys k
			JOIN users u ON u.id = k.user_id WHERE k.id = $1 AND k.status = $2`, string(id), string(Active)).
			Scan(&wrapped, &u.Account, &u.ID, &u.Name, &u.Path))
		if err != nil {
			return Caller{}, err
		}
		secret, err := s.keys.unwrap(wrapped, secretRow(id, u.ID))
		if err != nil {
			return Caller{}, fmt.Errorf("access key %s: %w", id, err)
		}
		p := u.Principal()
		p.AccessKey = id
		return Caller{Secret: principal.NewSecretFrom(string(secret)), Principal: p}, nil
	})
}
