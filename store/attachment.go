package store

import (
	"context"
	"database/sql"
	"fmt"
)

// AttachPolicy gives an owner a managed policy, its account's or AWS's. To give it again changes nothing. Errors: ErrNotFound
// for owner and policy, ErrLimit.
func (s *Store) AttachPolicy(ctx context.Context, o Owner, arn string) error {
	p, err := s.Policy(ctx, o.Account, arn)
	if err != nil {
		return fmt.Errorf("policy %w", err)
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := o.exists(ctx, tx); err != nil {
			return err
		}
		if err := p.exists(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO attachments (owner, arn) VALUES ($1, $2) ON CONFLICT (owner, arn) DO NOTHING`, o.ID, arn)
		if err != nil {
			return err
		}
		n, err := count(ctx, tx, `SELECT count(*) FROM attachments WHERE owner = $1`, o.ID)
		if err == nil && n > AttachedPerOwner {
			err = say(ErrLimit, "Cannot exceed quota for PoliciesPer%s: %d", quotaName[o.Kind], AttachedPerOwner)
		}
		return err
	})
}

var quotaName = map[OwnerKind]string{OfUser: "User", OfRole: "Role", OfGroup: "Group"}

// exists refuses a policy that was removed meanwhile.
func (p ManagedPolicy) exists(ctx context.Context, tx *sql.Tx) error {
	if p.Account == "" {
		return nil
	}
	var id string
	return one(tx.QueryRowContext(ctx, `SELECT id FROM managed_policies WHERE id = $1`, p.ID).Scan(&id))
}

// DetachPolicy takes a managed policy from an owner. Errors: ErrNotFound.
func (s *Store) DetachPolicy(ctx context.Context, o Owner, arn string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM attachments WHERE owner = $1 AND arn = $2`, o.ID, arn))
	})
}

// AttachedPolicies lists the ARNs of an owner's managed policies.
func (s *Store) AttachedPolicies(ctx context.Context, owner string) ([]string, error) {
	return attachedPolicies(ctx, s.db, owner)
}

func attachedPolicies(ctx context.Context, q reader, owner string) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT arn FROM attachments WHERE owner = $1 ORDER BY arn`, owner)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(arn *string) []any { return []any{arn} })
}

// AttachmentCounts are how many owners have each managed policy of an account, and of how many it is the boundary.
func (s *Store) AttachmentCounts(ctx context.Context, account string) (attached, boundaries map[string]int, err error) {
	attached, err = s.counts(ctx, `SELECT a.arn, count(*) FROM attachments a JOIN
		(SELECT id, account FROM users UNION ALL SELECT id, account FROM roles UNION ALL SELECT id, account FROM user_groups) o
		ON o.id = a.owner WHERE o.account = $1 GROUP BY a.arn`, account)
	if err != nil {
		return nil, nil, err
	}
	boundaries, err = s.counts(ctx, `SELECT boundary, count(*) FROM
		(SELECT account, boundary FROM users UNION ALL SELECT account, boundary FROM roles) b
		WHERE account = $1 AND boundary <> '' GROUP BY boundary`, account)
	return attached, boundaries, err
}

func (s *Store) counts(ctx context.Context, query string, args ...any) (map[string]int, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	type counted struct {
		name string
		n    int
	}
	all, err := collect(rows, func(c *counted) []any { return []any{&c.name, &c.n} })
	n := map[string]int{}
	for _, c := range all {
		n[c.name] = c.n
	}
	return n, err
}

// Use is how an entity uses a managed policy.
type Use string

// The two uses.
const (
	AsPolicy   Use = "PermissionsPolicy"
	AsBoundary Use = "PermissionsBoundary"
)

// PolicyOwners lists who of an account uses a managed policy in a way, by name.
func (s *Store) PolicyOwners(ctx context.Context, account, arn string, use Use) ([]Owner, error) {
	all := []Owner{}
	for _, kind := range []OwnerKind{OfUser, OfRole, OfGroup} {
		where := `id IN (SELECT owner FROM attachments WHERE arn = $2)`
		if use == AsBoundary {
			if kind == OfGroup {
				continue
			}
			where = `boundary = $2`
		}
		rows, err := s.db.QueryContext(ctx, `SELECT account, id, name, path FROM `+kind.table()+` WHERE account = $1 AND `+where+` ORDER BY name_key`, account, arn)
		if err != nil {
			return nil, err
		}
		found, err := collect(rows, func(o *Owner) []any { o.Kind = kind; return []any{&o.Account, &o.ID, &o.Name, &o.Path} })
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// SetBoundary bounds a user or role by a managed policy; an empty ARN takes the bound away. Errors: ErrNotFound for owner
// and policy.
func (s *Store) SetBoundary(ctx context.Context, o Owner, arn string) error {
	if o.Kind == OfGroup {
		return fmt.Errorf("%w: a group has no permissions boundary", ErrInvalid)
	}
	p, err := s.boundary(ctx, o.Account, arn)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := p.exists(ctx, tx); err != nil {
			return err
		}
		return touched(tx.ExecContext(ctx, `UPDATE `+o.Kind.table()+` SET boundary = $1 WHERE id = $2`, arn, o.ID))
	})
}

// boundary finds the policy that is to be a boundary; none for an empty ARN.
func (s *Store) boundary(ctx context.Context, account, arn string) (ManagedPolicy, error) {
	if arn == "" {
		return ManagedPolicy{}, nil
	}
	p, err := s.Policy(ctx, account, arn)
	if err != nil {
		return p, fmt.Errorf("policy %s %w", arn, err)
	}
	return p, nil
}
