package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
)

// Account is an account and the alias that stands for it in repository paths.
type Account struct {
	ID    string // twelve digits
	Alias string // as in <host>/<alias>/<repository>
}

// Forms of account ids and aliases.
//
// Source: ECR Public API Reference, RegistryId and RegistryAliasName.
var (
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
	aliasForm   = regexp.MustCompile(`^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$`)
)

// CreateAccount makes an account with its alias. It refuses an alias that has another account.
func (s *Store) CreateAccount(ctx context.Context, a Account) error {
	if !accountForm.MatchString(a.ID) {
		return fmt.Errorf("%w account id %q: it is twelve digits", ErrInvalid, a.ID)
	}
	if !aliasForm.MatchString(a.Alias) || len(a.Alias) > 50 {
		return fmt.Errorf("%w alias %q: it is 2 to 50 of a-z, 0-9 and single . _ -, and starts with a letter", ErrInvalid, a.Alias)
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO accounts (id, created_at) VALUES ($1, $2)`, a.ID, millis(s.now())); err != nil {
			return unique(err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO aliases (alias, account, created_at) VALUES ($1, $2, $3)`, a.Alias, a.ID, millis(s.now()))
		return unique(err)
	})
}

// Accounts lists every account, the oldest first.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	rows, err := s.db.QueryContext(ctx,
		`SELECT a.id, l.alias FROM accounts a JOIN aliases l ON l.account = a.id ORDER BY a.created_at, a.id`)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(a *Account) []any { return []any{&a.ID, &a.Alias} })
}

// AccountByAlias is the account that an alias stands for. Errors: ErrNotFound.
func (s *Store) AccountByAlias(ctx context.Context, alias string) (Account, error) {
	return cached(ctx, s, cacheKey{"alias", "", alias}, func() (Account, error) {
		a := Account{Alias: alias}
		return a, one(s.db.QueryRowContext(ctx, `SELECT account FROM aliases WHERE alias = $1`, alias).Scan(&a.ID))
	})
}

// scanner is a row.
type scanner interface{ Scan(...any) error }

// scanAll reads rows with a function that reads one, closing them.
func scanAll[T any](rows *sql.Rows, scan func(scanner) (T, error)) ([]T, error) {
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// collect reads rows into values, closing them.
func collect[T any](rows *sql.Rows, into func(*T) []any) ([]T, error) {
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		var t T
		if err := rows.Scan(into(&t)...); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// Settled reports whether the first administrator has been handed over.
func (s *Store) Settled(ctx context.Context) (bool, error) {
	var settled int64
	err := s.db.QueryRowContext(ctx, `SELECT settled FROM meta WHERE id = 1`).Scan(&settled)
	return settled == 1, err
}

// Settle notes that the first administrator has been handed over.
func (s *Store) Settle(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE meta SET settled = 1 WHERE id = 1`)
		return err
	})
}
