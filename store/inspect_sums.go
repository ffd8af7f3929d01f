package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// sumsSince is the version of the schema from which on tables have sums.
const sumsSince = 5

// sums makes the sum of each table and holds it against the one that was kept. Both are of one moment.
//
// A store that no program with sums has opened has none, nor one whose migration was cut off: there is nothing to say. Where
// they are made in another way, they are another version's to check.
func (i *Inspection) sums(ctx context.Context) (all []string, err error) {
	tx, err := i.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	kept, form, err := keptSums(ctx, tx)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	tables, err := summedTables(ctx, tx)
	for _, t := range tables {
		found, err := t.compare(ctx, tx, kept[t.name], form)
		if all = append(all, found...); err != nil {
			return all, err
		}
		delete(kept, t.name)
	}
	for name := range kept {
		all = append(all, fmt.Sprintf("there is a sum of table %q, and no such table", name))
	}
	return all, err
}

// compare tells nothing but which table it is: a sum does not know its rows.
func (t summed) compare(ctx context.Context, q reader, kept tableSum, form string) ([]string, error) {
	made, err := t.of(ctx, q)
	made.form = form
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading table %s: %w", t.name, err)
	case kept.form == "":
		return []string{"table " + t.name + " has no sum"}, nil
	case made != kept:
		return []string{fmt.Sprintf("table %s is not as it was written: its rows (%d) do not make the sum that was kept with each change (of %d)",
			t.name, made.rows, kept.rows)}, nil
	}
	return nil, nil
}

// keptSums are those that were kept, and the form that they should have, which is that of most of them: were it asked of the
// migrations, a changed number there would keep all from being looked at.
func keptSums(ctx context.Context, q reader) (kept map[string]tableSum, form string, err error) {
	there, err := hasSums(ctx, q)
	if err != nil || !there {
		return nil, "", err
	}
	rows, err := q.QueryContext(ctx, `SELECT name, form, rows, sum FROM table_sums`)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	kept = map[string]tableSum{}
	forms := map[string]int{"": 0}
	for rows.Next() {
		var name string
		var s tableSum
		if err := rows.Scan(&name, &s.form, &s.rows, &s.sum); err != nil {
			return nil, "", err
		}
		kept[name] = s
		if forms[s.form]++; forms[s.form] > forms[form] {
			form = s.form
		}
	}
	if !strings.HasSuffix(form, fmt.Sprint(".", sumForm)) {
		clear(kept)
	}
	return kept, form, rows.Err()
}

// hasSums reports whether there is the table, or should be.
func hasSums(ctx context.Context, q reader) (there bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT (SELECT max(version_id) FROM goose_db_version WHERE is_applied) >= $1
		OR EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'table_sums')`, sumsSince).Scan(&there)
	return there, err
}
