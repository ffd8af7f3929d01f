package main

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"time"
)

// harmedCalls are the kinds of system calls that RL3 goes through.
var harmedCalls = []string{"write", "fsync", "rename", "openat", "create", "mkdir", "unlink"}

// harms are what becomes of a call. One that opens a file to read it is not the last: what is on disk then is what is there
// at the next call that changes something, and that one is.
var harms = []struct {
	name string
	plan plan
}{{"EIO", plan{Errno: int(syscall.EIO)}}, {"kill", plan{Kill: true}}}

// harmEach is RL3: for each n, the n-th call of each kind that a push makes fails, or is never made since the service is
// killed before it; then those of a delete, and those of a rotation of the token key. What was acknowledged is there,
// what was not is whole or not there at all, and the same again succeeds.
func harmEach(ctx context.Context, r *run) ([]figure, error) {
	t, w, err := r.tracedHouse(ctx, "data")
	if err != nil {
		return nil, err
	}
	h := &harmer{run: r, traced: t, workers: w}
	var figures []figure
	for _, o := range []struct {
		name string
		do   func(context.Context, plan) (report, error)
	}{{"push", h.pushOne}, {"delete", h.deleteOne}, {"rotation", h.rotateOne}} {
		h.points, h.unmet = 0, 0
		counted, err := h.all(ctx, o.do)
		if err != nil {
			return nil, fmt.Errorf("%s, %w", o.name, err)
		}
		r.say("%d points of a %s", h.points, o.name)
		figures = append(figures, told("calls of one "+o.name, counted),
			told("points of a "+o.name, fmt.Sprintf("%d, in %d of which the call was not made", h.points, h.unmet)))
	}
	return append(append(h.found.figures(), figures...), zero("points without recovery", h.stuck)), nil
}

// harmer is what RL3 works with.
type harmer struct {
	*run
	*traced
	*workers
	found  loss
	points int
	unmet  int // points at which there was no such call that time
	stuck  int
}

// counts tells how many calls of each kind a report has.
func counts(r report) map[string]int {
	all := map[string]int{}
	for _, what := range r.Met {
		name, _, _ := strings.Cut(what, " ")
		all[name]++
	}
	return all
}

// all counts the calls of an operation and then does it once for each of them that is to be harmed: every one at full
// scale, and every tenth at a tenth of it.
func (h *harmer) all(ctx context.Context, do func(context.Context, plan) (report, error)) (map[string]int, error) {
	var met report
	for range 2 { // the first one makes what all others find
		var err error
		if met, err = do(ctx, plan{Calls: harmedCalls, Folder: h.data}); err != nil {
			return nil, fmt.Errorf("unharmed: %w", err)
		}
	}
	counted, step := counts(met), max(1, int(1/h.scale))
	for _, kind := range harmedCalls {
		for nth := 1; nth <= counted[kind]; nth += step {
			for _, harm := range harms {
				p := harm.plan
				if p.Kill && kind == "openat" {
					continue
				}
				p.Calls, p.From, p.Folder = []string{kind}, nth, h.data
				met, err := do(ctx, p)
				if err != nil {
					return nil, fmt.Errorf("%s %d, %s: %w", kind, nth, harm.name, err)
				}
				if h.points++; len(met.Harmed) == 0 {
					h.unmet++
				}
			}
		}
	}
	return counted, nil
}

// somewhere is a caller that looks at a repository which is not there yet: only so each push makes the same calls.
func (h *harmer) somewhere() *caller {
	c := h.caller()
	c.at = "local/harm/" + h.next()
	return c
}

// pushOne harms one point of a push.
func (h *harmer) pushOne(ctx context.Context, p plan) (report, error) {
	if _, err := h.order(&p); err != nil {
		return report{}, err
	}
	const tag = "v1"
	c, layer := h.somewhere(), content(3000)
	digest, failed := c.pushImage(ctx, h.login, c.at, tag, layer)
	met, err := h.recovered(ctx, c, p)
	if err != nil {
		return met, err
	}
	switch _, _, err := c.registry(ctx, "HEAD", "/v2/"+c.at+"/manifests/"+tag, login{}, nil, ""); {
	case failed == nil:
		c.checkContent(ctx, "manifests", tag, digest, &h.found)
		c.checkTag(ctx, tag, &h.found)
	case err == nil:
		c.checkTag(ctx, tag, &h.found)
	}
	if _, err := c.pushImage(ctx, h.login, c.at, tag, layer); err != nil {
		h.stuck++
		h.found.say("after %v: the same push again: %v", p, err)
		return met, nil
	}
	c.checkTag(ctx, tag, &h.found)
	return met, nil
}

// deleteOne harms one point of a delete of a manifest that has two tags.
func (h *harmer) deleteOne(ctx context.Context, p plan) (report, error) {
	c, layer := h.somewhere(), content(3000)
	digest, err := c.pushImage(ctx, h.login, c.at, "v1", layer)
	if err == nil {
		_, _, err = c.registry(ctx, "PUT", "/v2/"+c.at+"/manifests/also", h.login, manifestNamed("v1", layer), manifestType)
	}
	if err != nil {
		return report{}, err
	}
	if _, err := h.order(&p); err != nil {
		return report{}, err
	}
	remove := func() error {
		_, _, err := c.registry(ctx, "DELETE", "/v2/"+c.at+"/manifests/"+digest, h.login, nil, "")
		return err
	}
	failed := remove()
	met, err := h.recovered(ctx, c, p)
	if err != nil {
		return met, err
	}
	c.checkWhole(ctx, &h.found) // no tag is listed that leads nowhere
	if again := remove(); !missing(again) && (again != nil || failed == nil) {
		h.stuck++
		h.found.say("after %v: deleted with %v, and again with %v", p, failed, again)
	}
	if _, _, err := c.registry(ctx, "GET", "/v2/"+c.at+"/manifests/"+digest, login{}, nil, ""); !missing(err) {
		h.found.wrong("after %v: the manifest was deleted, and: %v", p, err)
	}
	return met, nil
}

// recovered ends the plan, tells what it met, and starts the service when that has ended it.
func (h *harmer) recovered(ctx context.Context, c *caller, p plan) (report, error) {
	if !h.endsWithin(20 * time.Millisecond) {
		met, err := h.order(&plan{})
		ends := err != nil || len(met.Harmed) > 0 && (p.Kill || strings.HasPrefix(met.Harmed[0], "fsync"))
		if !ends || !h.endsWithin(5*time.Second) {
			return met, err
		}
	}
	met, err := h.last()
	if err == nil {
		err = h.start(ctx)
	}
	c.host = h.host
	return met, err
}
