package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// User is an IAM user.
type User struct {
	Account, ID, Name, Path string
	CreatedAt               time.Time
}

// Principal is who the user acts as; no access key is named yet.
func (u User) Principal() principal.Principal {
	return principal.Principal{Kind: principal.User, Account: u.Account, ID: u.ID, Name: u.Name, Path: u.Path}
}

// Identity is a user with the policies of this moment, compiled.
type Identity struct {
	User     User
	Policies []policy.Source
	// Conditional tells that some policy asks for more than principal, action and resource.
	Conditional bool
}

// userName is the form of a user name.
//
// Source: IAM API Reference, CreateUser, UserName.
var userName = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)

// userPath is the form of a path: / alone, or characters from ! to the end of ASCII between two slashes.
//
// Source: IAM API Reference, CreateUser, Path.
var userPath = regexp.MustCompile(`^/(?:[\x21-\x7E]{0,510}/)?$`)

// CreateUser makes a user under the path "/". Errors: ErrExists (names are compared without case), ErrInvalid.
func (s *Store) CreateUser(ctx context.Context, account, name string) (User, error) {
	return s.CreateUserUnder(ctx, account, "/", name)
}

// CreateUserUnder makes a user under a path. Errors: as CreateUser.
func (s *Store) CreateUserUnder(ctx context.Context, account, path, name string) (User, error) {
	if !userName.MatchString(name) {
		return User{}, fmt.Errorf("%w user name %q: it is 1 to 64 of letters, digits and _+=,.@-", ErrInvalid, name)
	}
	if !userPath.MatchString(path) {
		return User{}, fmt.Errorf("%w path %q: it is / or begins and ends with /", ErrInvalid, path)
	}
	u := User{Account: account, ID: principal.NewID(principal.PrefixUser), Name: name, Path: path, CreatedAt: s.now()}
	return u, s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO users (id, account, name, name_key, path, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			u.ID, u.Account, u.Name, strings.ToLower(u.Name), u.Path, millis(u.CreatedAt))
		return unique(err)
	})
}

// DeleteUser removes a user with its keys and policies: at once, whatever tokens it holds. Errors: ErrNotFound.
func (s *Store) DeleteUser(ctx context.Context, account, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM users WHERE account = $1 AND name_key = $2`, account, strings.ToLower(name)))
	})
}

// DeleteBareUser removes a user that has neither keys nor policies: whoever has some is asked to take them first.
// Errors: ErrInUse, ErrNotFound.
func (s *Store) DeleteBareUser(ctx context.Context, u User) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, held := range []struct{ count, what string }{
			{`SELECT count(*) FROM access_keys WHERE user_id = $1`, "must delete access keys first"},
			{`SELECT count(*) FROM user_policies WHERE user_id = $1`, "must delete policies first"},
		} {
			var n int
			if err := tx.QueryRowContext(ctx, held.count, u.ID).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return fmt.Errorf("%w, %s", ErrInUse, held.what)
			}
		}
		return touched(tx.ExecContext(ctx, `DELETE FROM users WHERE id = $1`, u.ID))
	})
}

const userColumns = `account, id, name, path, created_at`

func scanUser(row interface{ Scan(...any) error }) (User, error) {
	var u User
	var created int64
	err := one(row.Scan(&u.Account, &u.ID, &u.Name, &u.Path, &created))
	u.CreatedAt = fromMillis(created)
	return u, err
}

// UserByName finds a user. Errors: ErrNotFound.
func (s *Store) UserByName(ctx context.Context, account, name string) (User, error) {
	return scanUser(s.db.QueryRowContext(ctx,
		`SELECT `+userColumns+` FROM users WHERE account = $1 AND name_key = $2`, account, strings.ToLower(name)))
}

// Users lists an account's users by name.
func (s *Store) Users(ctx context.Context, account string) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+userColumns+` FROM users WHERE account = $1 ORDER BY name_key`, account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []User{}
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, rows.Err()
}

// Identity is the user of a unique id with its policies. Errors: ErrNotFound.
func (s *Store) Identity(ctx context.Context, account, id string) (Identity, error) {
	return cached(ctx, s, cacheKey{"identity", account, id}, func() (Identity, error) {
		u, err := scanUser(s.db.QueryRowContext(ctx,
			`SELECT `+userColumns+` FROM users WHERE account = $1 AND id = $2`, account, id))
		if err != nil {
			return Identity{}, err
		}
		docs, err := s.UserPolicies(ctx, id)
		if err != nil {
			return Identity{}, err
		}
		return compile(u, docs), nil
	})
}

// compile keeps a policy that does not parse as one without a document: it may have held a Deny, so that package
// policy denies everything for it.
func compile(u User, docs []UserPolicy) Identity {
	who := Identity{User: u}
	for _, d := range docs {
		source := policy.Source{Type: policy.IdentityPolicy, Name: d.Name}
		if parsed, err := policy.Parse([]byte(d.Document)); err == nil {
			source.Document = parsed
			who.Conditional = who.Conditional || parsed.Conditional()
		}
		who.Policies = append(who.Policies, source)
	}
	return who
}
