package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// finding is what octroid fsck prints of a problem.
type finding struct{ File, Problem, Todo string }

// names reports whether a finding is about a file. Of two files that are held against each other it names both.
func (f finding) names(path, registry string) bool {
	below, ok := strings.CutPrefix(path, registry+"/")
	return f.File == path || ok && strings.Contains(f.Problem, below)
}

// fsck runs octroid fsck.
func (f *flipper) fsck(ctx context.Context) (all []finding, err error) {
	text, failed := f.node.program(ctx, "fsck", "--json")
	err = json.Unmarshal([]byte(text), &all)
	if err != nil || (failed != nil) != (len(all) > 0) {
		return nil, errors.Join(fmt.Errorf("octroid fsck: %d findings", len(all)), failed, err)
	}
	return all, nil
}

// refuses reports whether the service says on a copy of its data why it does not start.
func (f *flipper) refuses(ctx context.Context) bool {
	folder := filepath.Join(f.folder, "copy")
	defer os.RemoveAll(folder)
	if exec.Command("cp", "-a", f.node.data, folder).Run() != nil {
		return false
	}
	n := &node{octroid: f.octroid(), data: folder, config: f.node.config + ".copy", output: f.node.output}
	if os.WriteFile(n.config, []byte(unlimited), 0o600) != nil || n.launch() != nil {
		return false
	}
	defer n.kill()
	return n.opened(ctx) != nil && !n.alive() && n.result != nil
}

func (f *flipper) octroid() string { return f.run.octroid }

// harmless reports a flip that changes nothing to anybody.
func (f *flipper) harmless(ctx context.Context, c *flipped) bool {
	switch c.kind {
	case beginning:
		return sameMoment(c)
	case database, wal:
		is, err := f.rows(ctx, nil)
		was, wasErr := f.rows(ctx, c)
		return err == nil && wasErr == nil && is == was
	}
	return false
}

// sameMoment reports that a time which was written is still one, and within the seconds that nobody asks about.
func sameMoment(c *flipped) bool {
	text, err := os.ReadFile(c.path)
	if err != nil {
		return false
	}
	is, err := time.Parse(time.RFC3339, string(text))
	text[c.at] = c.was
	was, wasErr := time.Parse(time.RFC3339, string(bytes.TrimSpace(text)))
	return err == nil && wasErr == nil && is.Sub(was).Abs() < 10*time.Second
}

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

// ofTheLast reports a flip in the last transaction of a write-ahead log, or in the frame before it, which ends another. Nothing that
// comes after it proves that it was ever on disk.
func ofTheLast(c *flipped) bool {
	log, err := os.ReadFile(c.path)
	if err != nil || len(log) < 32 {
		return false
	}
	log[c.at] = c.was
	size := 24 + int(binary.BigEndian.Uint32(log[8:]))
	last, ends := 32, 32
	for at := 32; at+size <= len(log) && bytes.Equal(log[at+8:at+16], log[16:24]); at += size {
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			last, ends = ends, at+size
		}
	}
	return c.at >= int64(last-size)
}

// afterCrash flips bits of the store as a kill leaves it: its file, and the log that is to be written into it.
func (f *flipper) afterCrash(ctx context.Context, times int) error {
	kept := map[string][]byte{}
	f.files = map[string][]string{}
	for kind, name := range map[string]string{database: "octroi.db", wal: "octroi.db-wal"} {
		path := filepath.Join(f.node.data, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("after a kill: %w", err)
		}
		kept[path], f.files[kind] = text, []string{path}
	}
	for range times {
		c, err := f.flip(wal)
		if err == nil {
			err = f.look(ctx, c)
		}
		if err != nil {
			return err
		}
		for path, text := range kept { // whoever looked may have written the log into the file
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, text) {
				return fmt.Errorf("octroid fsck changes %s: %w", path, err)
			}
		}
	}
	return nil
}
