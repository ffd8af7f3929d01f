package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/octroi/octroi/principal"
)

// User is an IAM user.
type User struct {
	Account, ID, Name, Path string
	Boundary                string // ARN of a managed policy, or empty
	CreatedAt               time.Time
}

// Owner is the user as a holder of policies.
func (u User) Owner() Owner { return Owner{OfUser, u.Account, u.ID, u.Name, u.Path} }

// Principal is who the user acts as; no access key is named yet.
func (u User) Principal() principal.Principal {
	return principal.Principal{Kind: principal.User, Account: u.Account, ID: u.ID, Name: u.Name, Path: u.Path}
}

// CreateUser makes a user under the path "/". Errors: ErrExists (names are compared without case), ErrInvalid.
func (s *Store) CreateUser(ctx context.Context, account, name string) (User, error) {
	return s.CreateUserUnder(ctx, account, "/", name, "")
}

// CreateUserUnder makes a user under a path, within a boundary if one is given, with tags. Errors: as CreateUser;
// ErrNotFound for the boundary.
func (s *Store) CreateUserUnder(ctx context.Context, account, path, name, boundary string, tags ...Tag) (User, error) {
	u, err := s.newUser(account, path, name)
	if err == nil {
		err = checkTags(tags)
	}
	if err != nil {
		return User{}, err
	}
	bound, err := s.boundary(ctx, account, boundary)
	if err != nil {
		return User{}, err
	}
	u.Boundary = boundary
	return u, s.write(ctx, func(tx *sql.Tx) error {
		if err := bound.exists(ctx, tx); err != nil {
			return err
		}
		if err := insertUser(ctx, tx, u); err != nil {
			return err
		}
		return putTags(ctx, tx, u.ID, tags)
	})
}

// AddUser makes a user with policies and an access key, all of it or nothing. Errors: as those of the three.
func (s *Store) AddUser(ctx context.Context, account, name string, policies ...InlinePolicy) (User, AccessKey, principal.Secret, error) {
	u, err := s.newUser(account, "/", name)
	for _, p := range policies {
		err = errors.Join(err, p.check(u.Owner()))
	}
	if err != nil {
		return User{}, AccessKey{}, principal.Secret{}, err
	}
	key, secret := s.newAccessKey(u)
	return u, key, secret, s.write(ctx, func(tx *sql.Tx) error {
		if err := insertUser(ctx, tx, u); err != nil {
			return err
		}
		for _, p := range policies {
			if err := putInline(ctx, tx, u.Owner(), p); err != nil {
				return err
			}
		}
		return s.insertAccessKey(ctx, tx, u, key, secret)
	})
}

// newUser is a user that is not written yet.
func (s *Store) newUser(account, path, name string) (User, error) {
	if err := checkName("user", name, maxUserName); err != nil {
		return User{}, err
	}
	if err := checkPath(path); err != nil {
		return User{}, err
	}
	return User{Account: account, ID: principal.NewID(principal.PrefixUser), Name: name, Path: path, CreatedAt: s.now()}, nil
}

func insertUser(ctx context.Context, tx *sql.Tx, u User) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO users (id, account, name, name_key, path, boundary, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		u.ID, u.Account, u.Name, folded(u.Name), u.Path, u.Boundary, millis(u.CreatedAt))
	return unique(err)
}

// UpdateUser gives a user another name and path: policies that name it follow by its unique id. Errors: ErrExists,
// ErrInvalid, ErrNotFound.
func (s *Store) UpdateUser(ctx context.Context, u User, path, name string) error {
	if _, err := s.newUser(u.Account, path, name); err != nil {
		return err
	}
	return s.rename(ctx, u.Owner(), path, name)
}

// DeleteUser removes a user with its keys and policies: at once, whatever tokens it holds. Errors: ErrNotFound.
func (s *Store) DeleteUser(ctx context.Context, account, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		u, err := scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE account = $1 AND name_key = $2`, account, folded(name)))
		if err != nil {
			return err
		}
		return u.Owner().remove(ctx, tx)
	})
}

// DeleteBareUser removes a user that holds nothing any more. Errors: ErrInUse, ErrNotFound.
func (s *Store) DeleteBareUser(ctx context.Context, u User) error {
	return s.removeBare(ctx, u.Owner(), noKeys, noAttached, noInline, noGroups)
}

const userColumns = `account, id, name, path, boundary, created_at`

func scanUser(row scanner) (User, error) {
	var u User
	var created int64
	err := one(row.Scan(&u.Account, &u.ID, &u.Name, &u.Path, &u.Boundary, &created))
	u.CreatedAt = fromMillis(created)
	return u, err
}

// UserByName finds a user. Errors: ErrNotFound.
func (s *Store) UserByName(ctx context.Context, account, name string) (User, error) {
	return scanUser(s.db.QueryRowContext(ctx,
		`SELECT `+userColumns+` FROM users WHERE account = $1 AND name_key = $2`, account, folded(name)))
}

// UsersFrom lists up to most of an account's users below a path, by name, from the first whose name in lower case is
// greater than after. An account may have a million of them: they are not read to show a page.
func (s *Store) UsersFrom(ctx context.Context, account, path, after string, most int) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+userColumns+` FROM users
		WHERE account = $1 AND name_key > $2 AND substr(path, 1, length($3)) = $3 ORDER BY name_key LIMIT $4`, account, after, path, most)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanUser)
}

// UsersFromID lists up to most of an account's users by unique id, from the first that is greater than after.
func (s *Store) UsersFromID(ctx context.Context, account, after string, most int) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+userColumns+` FROM users WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3`, account, after, most)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanUser)
}

// Users lists an account's users by name.
func (s *Store) Users(ctx context.Context, account string) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+userColumns+` FROM users WHERE account = $1 ORDER BY name_key`, account)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanUser)
}
