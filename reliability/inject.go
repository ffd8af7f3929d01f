package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/octroi/octroi/server"
)

// harmedCalls are the kinds of system calls that RL3 goes through.
var harmedCalls = []string{"write", "fsync", "rename", "openat", "create", "mkdir"}

// harms are what becomes of a call.
var harms = []struct {
	name string
	plan plan
}{{"EIO", plan{Errno: int(syscall.EIO)}}, {"kill", plan{Kill: true}}}

// harmEach is RL3: for each n and each kind of call, the n-th one of a push and of a rotation of the token key fails,
// or is never made since the service is killed before it. What was acknowledged is there, what was not is whole or
// not there at all, and the same again succeeds.
func harmEach(ctx context.Context, r *run) ([]figure, error) {
	t, w, err := r.tracedHouse(ctx, "data")
	if err != nil {
		return nil, err
	}
	h := &harmer{run: r, traced: t, workers: w}
	if err := h.pushes(ctx); err != nil {
		return nil, err
	}
	r.say("%d points of a push", h.points)
	pushed := h.points
	if err := h.rotations(ctx); err != nil {
		return nil, err
	}
	return append(h.found.figures(), told("points harmed", fmt.Sprintf("%d of a push, %d of a rotation", pushed, h.points-pushed)),
		told("calls of one push", h.calls), zero("points without recovery", h.stuck)), nil
}

// harmer is what RL3 works with.
type harmer struct {
	*run
	*traced
	*workers
	found  loss
	points int
	stuck  int
	calls  string
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

// mostOfAKind bounds the points of one kind of call: of files that are opened, most are read, and one is as another.
const mostOfAKind = 64

// each calls do for each point that is to be harmed: all of them up to mostOfAKind, and
// fewer at a smaller scale.
func (h *harmer) each(counted map[string]int, do func(plan) error) error {
	for _, kind := range harmedCalls {
		calls := counted[kind]
		step := max(1, calls/h.count(min(calls, mostOfAKind)))
		for nth := 1; nth <= calls; nth += step {
			for _, harm := range harms {
				p := harm.plan
				p.Calls, p.From, p.Folder = []string{kind}, nth, h.data
				if err := do(p); err != nil {
					return fmt.Errorf("%s %d, %s: %w", kind, nth, harm.name, err)
				}
				h.points++
			}
		}
	}
	return nil
}

func (h *harmer) pushes(ctx context.Context) error {
	if _, err := h.order(&plan{Calls: harmedCalls}); err != nil {
		return err
	}
	if _, err := h.caller().pushImage(ctx, h.login, repository, "first", content(3000)); err != nil {
		return err
	}
	met, err := h.order(&plan{})
	if err != nil {
		return err
	}
	counted := counts(met)
	h.calls = fmt.Sprint(counted)
	return h.each(counted, func(p plan) error { return h.push1(ctx, p) })
}

// push1 harms one point of a push.
func (h *harmer) push1(ctx context.Context, p plan) error {
	if _, err := h.order(&p); err != nil {
		return err
	}
	tag, layer := h.next(), content(3000)
	digest, failed := h.caller().pushImage(ctx, h.login, repository, tag, layer)
	if err := h.recovered(ctx); err != nil {
		return err
	}
	c := h.caller()
	switch _, _, err := c.registry(ctx, "HEAD", "/v2/"+repository+"/manifests/"+tag, login{}, nil, ""); {
	case failed == nil:
		c.checkContent(ctx, "manifests", tag, digest, &h.found)
		c.checkTag(ctx, tag, &h.found)
	case err == nil:
		c.checkTag(ctx, tag, &h.found)
	}
	if _, err := c.pushImage(ctx, h.login, repository, tag, layer); err != nil {
		h.stuck++
		h.found.say("after %v: the same push again: %v", p, err)
		return nil
	}
	c.checkTag(ctx, tag, &h.found)
	return nil
}

// recovered ends the plan, and starts the service when it has ended.
func (h *harmer) recovered(ctx context.Context) error {
	if h.endsWithin(20 * time.Millisecond) {
		return h.start(ctx)
	}
	met, err := h.order(&plan{})
	if err == nil && len(met.Harmed) > 0 && strings.HasPrefix(met.Harmed[0], "fsync") && h.endsWithin(2*time.Second) {
		return h.start(ctx)
	}
	if err != nil && h.endsWithin(5*time.Second) {
		return h.start(ctx)
	}
	return err
}

func (h *harmer) rotations(ctx context.Context) error {
	if !h.alive() {
		if err := h.start(ctx); err != nil {
			return err
		}
	}
	met, err := h.rotate1(ctx, plan{Calls: harmedCalls, Folder: h.data})
	if err != nil {
		return err
	}
	return h.each(counts(met), func(p plan) error { _, err := h.rotate1(ctx, p); return err })
}

// rotate1 runs octroid keyring rotate with a plan.
func (h *harmer) rotate1(ctx context.Context, p plan) (report, error) {
	before, err := h.keys(ctx)
	if err != nil {
		return report{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return report{}, err
	}
	t := traced{h.traced.node, h.socket + "-rotation"}
	if err := t.leave(p); err != nil {
		return report{}, err
	}
	text, failed := exec.CommandContext(ctx, self, traceWord, t.socket, h.octroid(), "keyring", "rotate", "--data", h.data).CombinedOutput()
	met, err := t.last()
	if err != nil {
		return met, fmt.Errorf("%w: %s", err, text)
	}
	after, err := h.keys(ctx)
	switch {
	case err != nil:
		h.found.wrong("the keys: %v", err)
	case failed == nil && after != before+1:
		h.found.gone("rotated, and there are %d keys after %d", after, before)
	case after != before && after != before+1:
		h.found.wrong("%d keys after %d", after, before)
	}
	c := h.caller()
	if _, err := c.token(ctx); err != nil {
		h.found.gone("no token after a rotation: %v", err)
	}
	if err := c.works(ctx, h.login); err != nil {
		h.found.gone("a token of before a rotation: %v", err)
	}
	if _, err := h.program(ctx, "keyring", "rotate"); err != nil {
		h.stuck++
		h.found.say("the same rotation again: %v", err)
	}
	return met, nil
}

func (h *harmer) octroid() string { return h.traced.node.octroid }

// keys is how many token keys there are.
func (h *harmer) keys(ctx context.Context) (int, error) {
	s, err := server.OpenStore(ctx, h.data)
	if err != nil {
		return 0, err
	}
	all, err := s.TokenKeys(ctx)
	return len(all), errors.Join(err, s.Close())
}
