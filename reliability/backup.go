package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// backUp is RL21: backups while everybody works, a restore into a new folder, and the restore of an old backup.
func backUp(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	for range r.count(40) {
		if err := w.push(ctx, w.caller()); err != nil {
			return nil, err
		}
	}
	for range r.count(16) { // so that a backup lasts longer than its start
		if _, err := w.caller().pushBlob(ctx, w.login, repository, content(16<<20)); err != nil {
			return nil, err
		}
	}
	u, err := w.add(ctx, w.caller())
	if err != nil {
		return nil, err
	}
	own := *w.caller()
	own.key = u.key
	if u.login, err = own.token(ctx); err != nil {
		return nil, err
	}
	old := filepath.Join(r.folder, "old")
	if _, err := n.program(ctx, "backup", old); err != nil {
		return nil, err
	}
	if _, err := n.program(ctx, "token", "revoke", "--user", u.name); err != nil { // after it
		return nil, err
	}
	quiet, busy, backups := []time.Duration{}, []time.Duration{}, 0
	var mark *ledger
	recent := filepath.Join(r.folder, "recent")
	for range 4 {
		quiet = append(quiet, w.times(ctx, r.time(4*time.Second), nil)...)
		mark = w.copy()
		busy = append(busy, w.times(ctx, r.time(4*time.Second), func() error {
			if err := keepOld(recent, backups); err != nil {
				return err
			}
			backups++
			_, err := n.program(ctx, "backup", recent)
			return err
		})...)
	}
	if len(quiet) == 0 || len(busy) == 0 {
		return nil, errors.New("no token was given out")
	}
	size, err := sizeOf(recent)
	if err != nil {
		return nil, err
	}
	key := filepath.Join(r.folder, "root.key")
	text, err := os.ReadFile(filepath.Join(n.data, "root.key"))
	if err = errors.Join(err, os.WriteFile(key, text, 0o600), n.stop()); err != nil {
		return nil, err
	}
	if err := os.Rename(n.data, n.data+".away"); err != nil { // a clean machine
		return nil, err
	}
	var found loss
	began := time.Now()
	if err := n.restored(ctx, recent, key); err != nil {
		return nil, err
	}
	took := time.Since(began)
	mark.tokens = nil // a restore ends them all
	mark.check(ctx, w.caller(), 1000, 0, &found)
	w.caller().checkWhole(ctx, &found)
	alive := w.accepted(ctx, append(w.copy().tokens, w.login, u.login))
	if err := errors.Join(n.stop(), os.RemoveAll(n.data)); err != nil {
		return nil, err
	}
	if err := n.restored(ctx, old, key); err != nil {
		return nil, err
	}
	revived := w.accepted(ctx, []login{u.login, w.login})
	if text, err := n.program(ctx, "audit", "verify"); err != nil {
		found.wrong("audit verify: %v %s", err, text)
	}
	return append(found.figures(), told("backups one after the other, each of", fmt.Sprintf("%d, %d MB", backups, size/1_000_000)), told("p99 of issue, without and with a backup", []time.Duration{p99(quiet), p99(busy)}),
		ratioAtMost("with a backup, to the p99 without (aim 1.10; both share two cores)", float64(p99(busy))/float64(p99(quiet)), 3),
		told("restored and served after", took.Round(time.Millisecond)), zero("tokens of before a restore that work", alive),
		zero("revoked tokens that the restore of an older backup revives", revived)), nil
}

// restored makes the data folder of a backup and serves it.
func (n *node) restored(ctx context.Context, file, key string) error {
	if _, err := n.program(ctx, "restore", file, "--root-key", key); err != nil {
		return err
	}
	return n.start(ctx)
}

// times asks for tokens at a steady pace while something is done, again and again, and tells how long each took.
func (w *workers) times(ctx context.Context, d time.Duration, meanwhile func() error) (all []time.Duration) {
	c, end := w.caller(), time.Now().Add(d)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for meanwhile != nil && time.Now().Before(end) && meanwhile() == nil {
			continue
		}
	}()
	for time.Now().Before(end) {
		began := time.Now()
		if w.issue(ctx, c) == nil {
			all = append(all, time.Since(began))
		}
		time.Sleep(max(0, 10*time.Millisecond-time.Since(began)))
	}
	<-done
	return all
}

func p99(all []time.Duration) time.Duration {
	all = slices.Clone(all)
	slices.Sort(all)
	return all[len(all)*99/100].Round(10 * time.Microsecond)
}

// accepted counts the logins that the registry takes.
func (w *workers) accepted(ctx context.Context, all []login) (n int) {
	c := w.caller()
	for _, l := range all {
		if c.works(ctx, l) == nil {
			n++
		}
	}
	return n
}

// keepOld gives a backup another name, so that the next can be made: to remove it would be load of our own, where the
// system tells the disk what is free.
func keepOld(path string, n int) error {
	if err := os.Rename(path, fmt.Sprint(path, n)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
