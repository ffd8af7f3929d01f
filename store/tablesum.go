package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// A plain text in a row can become another one without any sign: of a page SQLite has no checksum (the shim that would add
// them is no part of the driver). So table_sums has a sum of each table, to which triggers add the sum of a row that comes
// and from which they take that of one that goes. A sum over all rows at each change would read them all.

// sumForm is how sums are made: another number where the function or the triggers are changed.
const sumForm = 1

// formAt is the form of the sums of a schema.
func formAt(version int64) string { return fmt.Sprintf("%d.%d", version, sumForm) }

// schemaTable is SQLite's own table, whose sum is written last: who finds it finds the others.
const schemaTable = "sqlite_schema"

// summed is a table with a sum, and the columns that go into it.
type summed struct {
	name    string
	columns []string
}

// own reports a table of SQLite itself, which has no triggers: it changes only with the schema.
func (t summed) own() bool { return strings.HasPrefix(t.name, "sqlite_") }

// rowSum is the call of the function for a row: of is NEW. or OLD. or nothing.
func (t summed) rowSum(of string) string {
	quoted := make([]string, len(t.columns))
	for i, c := range t.columns {
		quoted[i] = of + `"` + c + `"`
	}
	return rowSumFunction + `(` + strings.Join(quoted, ", ") + `)`
}

// triggers keep the sum. They follow the row's own change, also one that a foreign key made.
func (t summed) triggers() (all []string) {
	for _, e := range []struct{ event, rows, sum string }{
		{"INSERT", "rows + 1", "sum + " + t.rowSum("NEW.")},
		{"DELETE", "rows - 1", "sum - " + t.rowSum("OLD.")},
		{"UPDATE", "rows", "sum - " + t.rowSum("OLD.") + " + " + t.rowSum("NEW.")},
	} {
		all = append(all, fmt.Sprintf(`CREATE TRIGGER "sum_%s_%s" AFTER %s ON "%s" BEGIN UPDATE table_sums SET rows = %s, sum = (%s) & %d WHERE name = '%s'; END`,
			strings.ToLower(e.event), t.name, e.event, t.name, e.rows, e.sum, int64(sumBits), t.name))
	}
	return all
}

// tableSum is a sum that was kept, or made.
type tableSum struct {
	form string
	rows int64
	sum  int64
}

// of reads all rows of the table.
func (t summed) of(ctx context.Context, q reader) (s tableSum, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+t.rowSum("")+` FROM "`+t.name+`"`)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var sum int64
		if err := rows.Scan(&sum); err != nil {
			return s, err
		}
		s.rows, s.sum = s.rows+1, (s.sum+sum)&sumBits
	}
	return s, rows.Err()
}

// summedTables are all tables there are but the one of the sums: asked of the schema, so that none can be forgotten.
func summedTables(ctx context.Context, q reader) (all []summed, err error) {
	names, err := lines(ctx, q, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'table_sums' ORDER BY name`)
	for _, name := range names {
		t := summed{name: name}
		if t.columns, err = lines(ctx, q, `SELECT name FROM pragma_table_info($1) ORDER BY cid`, name); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	// Not where a table begins: a copy has its tables in other places.
	return append(all, summed{schemaTable, []string{"type", "name", "tbl_name", "sql"}}), err
}

// makeSums makes the triggers and the sums, unless those there are of this form.
func (s *Store) makeSums(ctx context.Context, version int64) error {
	made, err := sumsMade(ctx, s.db, version)
	if err != nil || made {
		return err
	}
	return s.retried(ctx, func() error {
		return s.alone(ctx, func(tx *sql.Tx) error {
			if made, err := sumsMade(ctx, tx, version); err != nil || made {
				return err // another process was faster
			}
			return writeSums(ctx, tx, version)
		})
	})
}

func sumsMade(ctx context.Context, q reader, version int64) (made bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM table_sums WHERE name = $1 AND form = $2`, schemaTable, formAt(version)).Scan(&made)
	return made, err
}

// alone runs do in one transaction that makes no new version: nothing that anybody reads is changed.
func (s *Store) alone(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func writeSums(ctx context.Context, tx *sql.Tx, version int64) error {
	if err := dropSums(ctx, tx); err != nil {
		return err
	}
	tables, err := summedTables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.own() {
			continue
		}
		if _, err := tx.ExecContext(ctx, strings.Join(t.triggers(), ";\n")); err != nil {
			return fmt.Errorf("making the triggers of %s: %w", t.name, err)
		}
	}
	for _, t := range tables {
		sum, err := t.of(ctx, tx)
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO table_sums (name, form, rows, sum) VALUES ($1, $2, $3, $4)`, t.name, formAt(version), sum.rows, sum.sum)
		}
		if err != nil {
			return fmt.Errorf("making the sum of %s: %w", t.name, err)
		}
	}
	return nil
}

// dropSums removes triggers and sums. It is also done before a migration, which a trigger that names a column that is to go
// would keep from running; a check takes a store without sums as one of before there were any.
func dropSums(ctx context.Context, tx *sql.Tx) error {
	names, err := lines(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'sum_*'`)
	for _, name := range names {
		_, dropErr := tx.ExecContext(ctx, `DROP TRIGGER "`+name+`"`)
		err = errors.Join(err, dropErr)
	}
	if err != nil {
		return err
	}
	there, err := lines(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'table_sums'`)
	if err == nil && len(there) > 0 {
		_, err = tx.ExecContext(ctx, `DELETE FROM table_sums`)
	}
	return err
}
