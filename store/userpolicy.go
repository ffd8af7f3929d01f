package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"

	"github.com/octroi/octroi/policy"
)

// UserPolicy is an inline policy of a user: the document as it was written.
type UserPolicy struct{ Name, Document string }

// policyName is the form of a policy's name.
//
// Source: IAM API Reference, PutUserPolicy, PolicyName.
var policyName = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,128}$`)

// PutUserPolicy writes or replaces an inline policy. A document that does not parse is refused here, so that it is
// never a question later. Errors: ErrInvalid, *policy.MalformedError, ErrNotFound when the user is gone.
func (s *Store) PutUserPolicy(ctx context.Context, u User, p UserPolicy) error {
	if err := p.check(); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		var id string
		if err := one(tx.QueryRowContext(ctx, `SELECT id FROM users WHERE id = $1`, u.ID).Scan(&id)); err != nil {
			return err
		}
		return putUserPolicy(ctx, tx, u, p)
	})
}

// check refuses a policy that could not be read later.
func (p UserPolicy) check() error {
	if !policyName.MatchString(p.Name) {
		return fmt.Errorf("%w policy name %q: it is 1 to 128 of letters, digits and _+=,.@-", ErrInvalid, p.Name)
	}
	_, err := policy.Parse([]byte(p.Document))
	return err
}

func putUserPolicy(ctx context.Context, tx *sql.Tx, u User, p UserPolicy) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO user_policies (user_id, name, document) VALUES ($1, $2, $3)
		ON CONFLICT (user_id, name) DO UPDATE SET document = excluded.document`, u.ID, p.Name, p.Document)
	return err
}

// DeleteUserPolicy removes an inline policy. Errors: ErrNotFound.
func (s *Store) DeleteUserPolicy(ctx context.Context, u User, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM user_policies WHERE user_id = $1 AND name = $2`, u.ID, name))
	})
}

// UserPolicies lists the inline policies of a user by name.
func (s *Store) UserPolicies(ctx context.Context, userID string) ([]UserPolicy, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT name, document FROM user_policies WHERE user_id = $1 ORDER BY name`, userID)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(p *UserPolicy) []any { return []any{&p.Name, &p.Document} })
}
