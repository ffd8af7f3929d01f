package store

import "context"

// Census is how much of everything an account has.
type Census struct{ Users, Groups, Roles, Policies, Versions, Providers int }

// Census counts what an account has.
func (s *Store) Census(ctx context.Context, account string) (n Census, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM users WHERE account = $1), (SELECT count(*) FROM user_groups WHERE account = $1),
		(SELECT count(*) FROM roles WHERE account = $1), (SELECT count(*) FROM managed_policies WHERE account = $1),
		(SELECT count(*) FROM policy_versions v JOIN managed_policies p ON p.id = v.policy_id WHERE p.account = $1),
		(SELECT count(*) FROM providers WHERE account = $1)`, account).
		Scan(&n.Users, &n.Groups, &n.Roles, &n.Policies, &n.Versions, &n.Providers)
	return n, err
}
