package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/octroi/octroi/principal"
)

// rewrapPage is how many rows are read at a time: a store may hold a million keys.
const rewrapPage = 1000

// Rewrap wraps every secret with another root key, in one transaction: the store is sealed with the one or with the
// other, never with both. Others read meanwhile, and find the new key in their Config.Roots when they need it; who
// wants to write waits. It answers how many secrets there are. Errors: ErrUnwrap, ErrExists for the key that it has.
func (s *Store) Rewrap(ctx context.Context, next *RootKey) (n int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		root, err := s.sealing(ctx, tx)
		if err != nil {
			return err
		}
		if root.ID() == next.ID() {
			return fmt.Errorf("the store is sealed with root key %s: %w", next.ID(), ErrExists)
		}
		n = 0
		for _, t := range wrappedTables {
			rows, err := t.rewrap(ctx, tx, root, next)
			if err != nil {
				return err
			}
			n += rows
		}
		_, err = tx.ExecContext(ctx, `UPDATE meta SET root_key = $1 WHERE id = 1`, next.ID())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("wrapping the secrets anew: %w", err)
	}
	return n, s.checkpoint(ctx)
}

// checkpoint has the log of writes taken over into the database and emptied, as far as readers let it: what was
// wrapped with the old key should not stay there.
func (s *Store) checkpoint(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// wrappedTable is a table with wrapped secrets. A test compares the list with the schema.
type wrappedTable struct {
	name, column, other string // other: a second column that a row's identity has
	row                 func(id, other string) string
}

var wrappedTables = []wrappedTable{
	{"token_keys", "id", "''", func(id, _ string) string { return "token key " + id }},
	{"access_keys", "id", "user_id", func(id, user string) string { return secretRow(principal.AccessKeyID(id), user) }},
	{"purpose_keys", "purpose", "''", func(p, _ string) string { return purposeRow(Purpose(p)) }},
}

type wrappedRow struct {
	id             any // a number or a text
	other, wrapped string
}

func (t wrappedTable) rewrap(ctx context.Context, tx *sql.Tx, root, next *RootKey) (n int, err error) {
	update, err := tx.PrepareContext(ctx, `UPDATE `+t.name+` SET secret = $1 WHERE `+t.column+` = $2`)
	if err != nil {
		return 0, err
	}
	defer update.Close()
	var after any
	for {
		page, err := t.page(ctx, tx, after)
		if err != nil || len(page) == 0 {
			return n, err
		}
		for _, r := range page {
			row := t.row(fmt.Sprint(r.id), r.other)
			secret, err := root.unwrap(r.wrapped, row)
			if err != nil {
				return n, fmt.Errorf("%s: %w", row, err)
			}
			if err := touched(update.ExecContext(ctx, next.wrap(secret, row), r.id)); err != nil {
				return n, fmt.Errorf("%s: %w", row, err)
			}
		}
		n += len(page)
		after = page[len(page)-1].id
	}
}

func (t wrappedTable) page(ctx context.Context, tx *sql.Tx, after any) (all []wrappedRow, err error) {
	where, args := "", []any{}
	if after != nil {
		where, args = `WHERE `+t.column+` > $1`, []any{after}
	}
	rows, err := tx.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s, secret FROM %s %s ORDER BY %s LIMIT %d`,
		t.column, t.other, t.name, where, t.column, rewrapPage), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r wrappedRow
		if err := rows.Scan(&r.id, &r.other, &r.wrapped); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
