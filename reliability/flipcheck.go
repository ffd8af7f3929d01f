package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
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

// inLastChange reports a flip in the last transaction of the write-ahead log, or in the frame before it, whose mark says
// that there is an end: none of what a power loss may leave is damage.
//
// Source: SQLite, "Database File Format", section 4.
func inLastChange(c *flipped) bool {
	text, err := os.ReadFile(c.path)
	if err != nil || len(text) < 32 {
		return false
	}
	text[c.at] = c.was
	frame := 24 + int(binary.BigEndian.Uint32(text[8:]))
	var ends []int // of frames that end a transaction of this log, and not of one before it
	for at := 32; at+frame <= len(text) && bytes.Equal(text[at+8:at+16], text[16:24]); at += frame {
		if binary.BigEndian.Uint32(text[at+4:]) != 0 {
			ends = append(ends, at)
		}
	}
	return len(ends) < 2 || c.at >= int64(ends[len(ends)-2])
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
