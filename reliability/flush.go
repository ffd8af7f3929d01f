package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"syscall"
	"time"
)

// flushed are the files whose flush fails in RL5, and the work that flushes them.
var flushed = []struct {
	what, path string
	work       func(*workers) job
}{
	{"audit log", "audit.jsonl", func(w *workers) job { return w.issue }},
	{"database", "octroi.db-wal", func(w *workers) job { return w.administer }},
	{"registry", "/docker/registry/", func(w *workers) job { return w.push }},
}

// failFlush is RL5: a flush fails once. Nothing that needed it is acknowledged, the same file is never flushed again, the
// service ends with an error, and started again it has all that it had acknowledged.
func failFlush(ctx context.Context, r *run) ([]figure, error) {
	var figures []figure
	var found loss
	for _, f := range flushed {
		t, w, err := r.tracedHouse(ctx, filepath.Base(f.path))
		if err != nil {
			return nil, err
		}
		n := t.node
		for _, do := range []job{w.issue, w.push, w.administer} {
			if err := do(ctx, w.caller()); err != nil {
				return nil, err
			}
		}
		if _, err := t.order(&plan{Calls: []string{"fsync"}, Path: f.path, From: 1, Errno: int(syscall.EIO)}); err != nil {
			return nil, err
		}
		acknowledged := f.work(w)(ctx, w.caller()) == nil
		ended := n.endsWithin(40 * time.Second)
		figures = append(figures, must(f.what+": what needed the flush is not acknowledged", !acknowledged),
			must(f.what+": the service ends with an error", ended && n.result != nil))
		if !ended {
			n.kill()
			continue
		}
		met, err := t.last()
		if err != nil {
			return nil, err
		}
		if len(met.Harmed) == 0 {
			return nil, fmt.Errorf("no flush of the %s was met", f.what)
		}
		figures = append(figures, zero(f.what+": flushes of the same file afterwards", met.After))
		n.wrap = nil
		if err := n.start(ctx); err != nil {
			return nil, err
		}
		w.check(ctx, w.caller(), 100, 0, &found)
		w.caller().checkWhole(ctx, &found)
		if err := n.stop(); err != nil {
			return nil, err
		}
	}
	return append(found.figures(), figures...), nil
}

// unavailable reports an answer of 503.
func unavailable(err error) bool {
	no := new(refused)
	return errors.As(err, &no) && no.status == http.StatusServiceUnavailable
}
