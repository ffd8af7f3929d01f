package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// Role is an IAM role.
type Role struct {
	Account, ID, Name, Path string
	Description             string
	Trust                   string        // the document as it was written
	MaxSession              time.Duration // of its sessions
	Boundary                string        // ARN of a managed policy, or empty
	CreatedAt               time.Time

	trustIDs string // JSON: see Bound of package policy
}

// Owner is the role as a holder of policies.
func (r Role) Owner() Owner { return Owner{OfRole, r.Account, r.ID, r.Name, r.Path} }

// ARN is the role's Amazon Resource Name.
func (r Role) ARN() string { return r.Owner().ARN() }

// How long a role's sessions may be.
//
// Source: IAM API Reference, CreateRole, MaxSessionDuration.
const (
	MinMaxSession = time.Hour
	MaxMaxSession = 12 * time.Hour
)

// CreateRole makes a role. The users and roles that its trust policy names must exist; the policy holds for those and
// for nobody who is made under the same name later. Errors: ErrExists, ErrInvalid, ErrNotFound for the boundary,
// *policy.MalformedError, *UnknownPrincipalError.
func (s *Store) CreateRole(ctx context.Context, r Role, tags ...Tag) (Role, error) {
	if r.MaxSession == 0 {
		r.MaxSession = MinMaxSession
	}
	for _, err := range []error{checkName("role", r.Name, maxRoleName), checkPath(r.Path), checkMaxSession(r.MaxSession), checkTags(tags)} {
		if err != nil {
			return r, err
		}
	}
	if _, err := policy.ParseTrust([]byte(r.Trust)); err != nil {
		return r, err
	}
	bound, err := s.boundary(ctx, r.Account, r.Boundary)
	if err != nil {
		return r, err
	}
	r.ID, r.CreatedAt = principal.NewID(principal.PrefixRole), s.now()
	return r, s.write(ctx, func(tx *sql.Tx) error {
		if err := bound.exists(ctx, tx); err != nil {
			return err
		}
		if r.trustIDs, err = trustIDs(ctx, tx, r.Trust); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO roles
			(id, account, name, name_key, path, description, trust, trust_ids, max_session, boundary, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			r.ID, r.Account, r.Name, folded(r.Name), r.Path, r.Description, r.Trust, r.trustIDs, int64(r.MaxSession/time.Second), r.Boundary, millis(r.CreatedAt))
		if err != nil {
			return unique(err)
		}
		return putTags(ctx, tx, r.ID, tags)
	})
}

func checkMaxSession(d time.Duration) error {
	if d < MinMaxSession || d > MaxMaxSession || d%time.Second != 0 {
		return fmt.Errorf("%w: the longest session of a role is %d to %d seconds", ErrInvalid, MinMaxSession/time.Second, MaxMaxSession/time.Second)
	}
	return nil
}

// UpdateRole changes what a role says of itself. Errors: ErrInvalid, ErrNotFound.
func (s *Store) UpdateRole(ctx context.Context, r Role, description string, maxSession time.Duration) error {
	if err := checkMaxSession(maxSession); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `UPDATE roles SET description = $1, max_session = $2 WHERE id = $3`, description, int64(maxSession/time.Second), r.ID))
	})
}

// DeleteRole removes a role that holds no policies any more. Its sessions end with it. Errors: ErrInUse, ErrNotFound.
func (s *Store) DeleteRole(ctx context.Context, r Role) error {
	return s.removeBare(ctx, r.Owner(), noAttached, noInline)
}

const roleColumns = `account, id, name, path, description, trust, trust_ids, max_session, boundary, created_at`

func scanRole(row scanner) (Role, error) {
	var r Role
	var seconds, created int64
	err := one(row.Scan(&r.Account, &r.ID, &r.Name, &r.Path, &r.Description, &r.Trust, &r.trustIDs, &seconds, &r.Boundary, &created))
	r.MaxSession, r.CreatedAt = time.Duration(seconds)*time.Second, fromMillis(created)
	return r, err
}

// RoleByName finds a role. Errors: ErrNotFound.
func (s *Store) RoleByName(ctx context.Context, account, name string) (Role, error) {
	return scanRole(s.db.QueryRowContext(ctx, `SELECT `+roleColumns+` FROM roles WHERE account = $1 AND name_key = $2`, account, folded(name)))
}

// RoleByARN finds a role by its ARN, whose path and name are compared with case. Errors: ErrNotFound.
func (s *Store) RoleByARN(ctx context.Context, arn string) (Role, error) {
	kind, account, path, name, ok := entityParts(arn)
	if !ok || kind != OfRole {
		return Role{}, ErrNotFound
	}
	return cached(ctx, s, cacheKey{"role", "", arn}, func() (Role, error) {
		return scanRole(s.db.QueryRowContext(ctx,
			`SELECT `+roleColumns+` FROM roles WHERE account = $1 AND name = $2 AND path = $3`, account, name, path))
	})
}

// Roles lists an account's roles by name.
func (s *Store) Roles(ctx context.Context, account string) ([]Role, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+roleColumns+` FROM roles WHERE account = $1 ORDER BY name_key`, account)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanRole)
}
