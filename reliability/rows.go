package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// rows is all that stands in the store, read from a copy of it; as it was before a flip, when there is one.
func (f *flipper) rows(ctx context.Context, before *flipped) (string, error) {
	folder, err := os.MkdirTemp(f.folder, "rows-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "octroi.db")
	for _, ending := range []string{"", "-wal"} {
		text, err := os.ReadFile(filepath.Join(f.node.data, "octroi.db") + ending)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		if before != nil && filepath.Base(before.path) == "octroi.db"+ending {
			text[before.at] = before.was
		}
		if err := os.WriteFile(path+ending, text, 0o600); err != nil {
			return "", err
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return "", err
	}
	defer db.Close()
	return dump(ctx, db)
}

// dump is every row of every table, and what the tables are.
func dump(ctx context.Context, db *sql.DB) (string, error) {
	var all strings.Builder
	var names []string
	err := each(ctx, db, `SELECT name, type, sql FROM sqlite_master ORDER BY type, name`, func(row []any) {
		fmt.Fprintf(&all, "%q\n", row)
		if row[1] == "table" {
			names = append(names, fmt.Sprint(row[0]))
		}
	})
	for _, name := range names {
		if err == nil {
			fmt.Fprintf(&all, "table %s\n", name)
			err = each(ctx, db, `SELECT * FROM "`+name+`"`, func(row []any) { fmt.Fprintf(&all, "%q\n", row) })
		}
	}
	return all.String(), err
}

// each calls do for each row.
func each(ctx context.Context, db *sql.DB, query string, do func([]any)) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		row, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			at[i] = &row[i]
		}
		if err := rows.Scan(at...); err != nil {
			return err
		}
		do(row)
	}
	return rows.Err()
}
