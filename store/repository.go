package store

import (
	"context"
	"database/sql"
	"time"
)

// Repository is a repository of an account; Name is without the alias.
type Repository struct {
	Account, Name string
	CreatedAt     time.Time
}

// CreateRepository makes a repository. The caller has checked the name's form. Errors: ErrExists.
func (s *Store) CreateRepository(ctx context.Context, account, name string) (Repository, error) {
	r := Repository{Account: account, Name: name, CreatedAt: s.now()}
	return r, s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO repositories (account, name, created_at) VALUES ($1, $2, $3)`, account, name, millis(r.CreatedAt))
		return unique(err)
	})
}

// CountRepositories is how many repositories an account has.
func (s *Store) CountRepositories(ctx context.Context, account string) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM repositories WHERE account = $1`, account).Scan(&n)
	return n, err
}

// Repository finds a repository. Errors: ErrNotFound.
func (s *Store) Repository(ctx context.Context, account, name string) (Repository, error) {
	return cached(ctx, s, cacheKey{"repository", account, name}, func() (Repository, error) {
		var created int64
		err := one(s.db.QueryRowContext(ctx,
			`SELECT created_at FROM repositories WHERE account = $1 AND name = $2`, account, name).Scan(&created))
		return Repository{Account: account, Name: name, CreatedAt: fromMillis(created)}, err
	})
}

// Repositories lists at most limit repositories of an account by name, those after a name.
func (s *Store) Repositories(ctx context.Context, account, after string, limit int) ([]Repository, error) {
	rows, err := s.db.QueryContext(ctx,
		`SELECT name, created_at FROM repositories WHERE account = $1 AND name > $2 ORDER BY name LIMIT $3`, account, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []Repository{}
	for rows.Next() {
		r := Repository{Account: account}
		var created int64
		if err := rows.Scan(&r.Name, &created); err != nil {
			return nil, err
		}
		r.CreatedAt = fromMillis(created)
		all = append(all, r)
	}
	return all, rows.Err()
}
