package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/octroi/octroi/principal"
)

// Group is an IAM group: users who share policies.
type Group struct {
	Account, ID, Name, Path string
	CreatedAt               time.Time
}

// Owner is the group as a holder of policies.
func (g Group) Owner() Owner { return Owner{OfGroup, g.Account, g.ID, g.Name, g.Path} }

// ARN is the group's Amazon Resource Name.
func (g Group) ARN() string { return g.Owner().ARN() }

// GroupsPerUser is how many groups a user may be in.
//
// Source: IAM User Guide, "IAM and AWS STS quotas".
const GroupsPerUser = 10

// CreateGroup makes a group. Errors: ErrExists, ErrInvalid.
func (s *Store) CreateGroup(ctx context.Context, account, path, name string) (Group, error) {
	if err := checkName("group", name, maxGroupName); err != nil {
		return Group{}, err
	}
	if err := checkPath(path); err != nil {
		return Group{}, err
	}
	g := Group{account, principal.NewID(principal.PrefixGroup), name, path, s.now()}
	return g, s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO user_groups (id, account, name, name_key, path, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			g.ID, account, name, folded(name), path, millis(g.CreatedAt))
		return unique(err)
	})
}

// UpdateGroup gives a group another name and path. Errors: ErrExists, ErrInvalid, ErrNotFound.
func (s *Store) UpdateGroup(ctx context.Context, g Group, path, name string) error {
	if err := checkName("group", name, maxGroupName); err != nil {
		return err
	}
	if err := checkPath(path); err != nil {
		return err
	}
	return s.rename(ctx, g.Owner(), path, name)
}

func (s *Store) rename(ctx context.Context, o Owner, path, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE `+o.Kind.table()+` SET name = $1, name_key = $2, path = $3 WHERE id = $4`, name, folded(name), path, o.ID)
		return touched(r, unique(err))
	})
}

// DeleteGroup removes a group that has neither members nor policies any more. Errors: ErrInUse, ErrNotFound.
func (s *Store) DeleteGroup(ctx context.Context, g Group) error {
	return s.removeBare(ctx, g.Owner(), noMembers, noAttached, noInline)
}

const groupColumns = `account, id, name, path, created_at`

func scanGroup(row scanner) (Group, error) {
	var g Group
	var created int64
	err := one(row.Scan(&g.Account, &g.ID, &g.Name, &g.Path, &created))
	g.CreatedAt = fromMillis(created)
	return g, err
}

// GroupByName finds a group. Errors: ErrNotFound.
func (s *Store) GroupByName(ctx context.Context, account, name string) (Group, error) {
	return scanGroup(s.db.QueryRowContext(ctx, `SELECT `+groupColumns+` FROM user_groups WHERE account = $1 AND name_key = $2`, account, folded(name)))
}

// Groups lists an account's groups by name.
func (s *Store) Groups(ctx context.Context, account string) ([]Group, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+groupColumns+` FROM user_groups WHERE account = $1 ORDER BY name_key`, account)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanGroup)
}

// AddMember puts a user into a group, in which it may be already. Errors: ErrNotFound, ErrLimit.
func (s *Store) AddMember(ctx context.Context, g Group, u User) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, o := range []Owner{g.Owner(), u.Owner()} {
			if err := o.exists(ctx, tx); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO group_members (group_id, user_id) VALUES ($1, $2) ON CONFLICT (group_id, user_id) DO NOTHING`, g.ID, u.ID)
		if err != nil {
			return err
		}
		n, err := count(ctx, tx, `SELECT count(*) FROM group_members WHERE user_id = $1`, u.ID)
		if err == nil && n > GroupsPerUser {
			err = say(ErrLimit, "Cannot exceed quota for GroupsPerUser: %d", GroupsPerUser)
		}
		return err
	})
}

// RemoveMember takes a user out of a group. Errors: ErrNotFound.
func (s *Store) RemoveMember(ctx context.Context, g Group, u User) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM group_members WHERE group_id = $1 AND user_id = $2`, g.ID, u.ID))
	})
}

// Members lists the users of a group by name.
func (s *Store) Members(ctx context.Context, g Group) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+userColumns+` FROM users WHERE id IN (SELECT user_id FROM group_members WHERE group_id = $1) ORDER BY name_key`, g.ID)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanUser)
}

// GroupsOf lists the groups of a user by name.
func (s *Store) GroupsOf(ctx context.Context, u User) ([]Group, error) { return groupsOf(ctx, s.db, u) }

func groupsOf(ctx context.Context, q reader, u User) ([]Group, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+groupColumns+` FROM user_groups WHERE id IN (SELECT group_id FROM group_members WHERE user_id = $1) ORDER BY name_key`, u.ID)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanGroup)
}
