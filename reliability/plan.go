package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// plan says which calls the tracer counts, and what becomes of some of them. The zero plan is none.
type plan struct {
	Calls  []string // write, fsync, truncate, openat, create, rename, mkdir, unlink
	Folder string   // whose files
	Path   string   // and a part of their path
	From   int      // the first call that is harmed; zero: none is
	To     int      // and the last; zero: From
	Errno  int      // fails with it, and is not made
	Kill   bool     // octroid is killed before it is made
	Hold   time.Duration
}

// report is what a plan has met.
type report struct {
	PID     int // of octroid
	Counted int
	Harmed  []string
	After   int      // calls of the same name on the same file as the first that was harmed, after it
	Met     []string // the counted ones, the first of them
}

// metLimit bounds a report.
const metLimit = 5000

// count notes a call, and reports whether it is to be harmed.
func (r *report) count(p plan, what string) bool {
	r.Counted++
	if len(r.Met) < metLimit {
		r.Met = append(r.Met, what)
	}
	if len(r.Harmed) > 0 && r.Harmed[0] == what {
		r.After++
	}
	if p.From == 0 || r.Counted < p.From || r.Counted > max(p.From, p.To) {
		return false
	}
	r.Harmed = append(r.Harmed, what)
	return true
}

// order is what a tracer is asked: it answers with its report, and begins a new one when there is a plan.
type order struct{ Plan *plan }

// traceWord is the command line on which this program is a tracer.
const traceWord = "trace"

// filterWord is the command line on which this program becomes the traced one.
const filterWord = "filter"

// renamedTo stands between the two paths of a rename.
const renamedTo = " -> "

// Files beside the tracer's socket.
const (
	planFile   = ".plan"
	reportFile = ".report"
)

// traced is a node that runs below a tracer.
type traced struct {
	*node
	socket string
}

// tracedHouse is a node that serves below a tracer, on that folder of the scenario's, with workers.
func (r *run) tracedHouse(ctx context.Context, data string) (*traced, *workers, error) {
	n, err := r.newNode(unlimited)
	if err != nil {
		return nil, nil, err
	}
	n.data = filepath.Join(r.folder, data)
	t, err := r.trace(n)
	if err != nil {
		return nil, nil, err
	}
	if err := t.start(ctx); err != nil {
		return nil, nil, err
	}
	w, err := hire(ctx, n)
	return t, w, err
}

// trace has the node run below a tracer from its next start on. Errors: *cannotRun.
func (r *run) trace(n *node) (*traced, error) {
	if err := canTrace(); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	t := &traced{n, filepath.Join(r.folder, "tracer")}
	n.wrap = []string{self, traceWord, t.socket}
	return t, nil
}

// order gives the tracer a plan, if there is one, and returns what the plan before has met.
func (t *traced) order(p *plan) (report, error) {
	var r report
	c, err := net.DialTimeout("unix", t.socket, 5*time.Second)
	if err != nil {
		return r, fmt.Errorf("asking the tracer: %w", err)
	}
	defer c.Close()
	if p != nil && p.Folder == "" {
		p.Folder = t.data
	}
	if err := json.NewEncoder(c).Encode(order{p}); err != nil {
		return r, err
	}
	return r, json.NewDecoder(c).Decode(&r)
}

// kill ends octroid, and with it the tracer.
func (t *traced) kill() {
	if r, err := t.order(nil); err == nil {
		syscall.Kill(r.PID, syscall.SIGKILL)
	}
	<-t.ended
}

// alive reports whether octroid runs.
func (n *node) alive() bool {
	select {
	case <-n.ended:
		return false
	default:
		return true
	}
}

// endsWithin waits for the node to end by itself.
func (n *node) endsWithin(d time.Duration) bool {
	select {
	case <-n.ended:
		return true
	case <-time.After(d):
		return false
	}
}

// last is the report of a tracer that has ended.
func (t *traced) last() (r report, err error) {
	text, err := os.ReadFile(t.socket + reportFile)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// leave leaves a plan for the first call of the next program below the tracer.
func (t *traced) leave(p plan) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return os.WriteFile(t.socket+planFile, text, 0o600)
}
