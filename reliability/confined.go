package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// confine has a node run in a group with that much memory. Where there can be none Go keeps to three quarters of it, as
// octroid does in a group, and why is said.
func (r *run) confine(n *node, limit int64, without **cannotRun) (*group, error) {
	g, err := newGroup(limit)
	if errors.As(err, without) {
		n.wrap = []string{"env", fmt.Sprintf("GOMEMLIMIT=%d", limit/4*3)}
		return nil, nil
	}
	if g != nil {
		n.wrap = g.wrap()
		r.atEnd(func() error { n.kill(); return g.remove() })
	}
	return g, err
}

// confined are the figures of a node in a group.
func confined(g *group, without *cannotRun, n *node) []figure {
	running := must("the process that was started still runs", n.runs())
	if g == nil {
		return []figure{running, told("out of memory", without.Error()+"; GOMEMLIMIT in its place")}
	}
	kills, err := g.kills()
	if err != nil {
		return append([]figure{running}, failed(err).figures...)
	}
	return []figure{running, zero("ended by the kernel for want of memory", kills),
		told("the group's most, files in the system's memory too", fmt.Sprintf("%d MiB", g.most()>>20))}
}

// runs reports whether the process that was started last has not ended.
func (n *node) runs() bool {
	select {
	case <-n.ended:
		return false
	default:
		return true
	}
}

// inLittleMemory does everything at once in 256 MiB: half-open and slow clients, bombs, rotations of the keys, pushes
// and pulls of large blobs, and normal callers.
func inLittleMemory(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.newNode(unlimited)
	if err != nil {
		return nil, err
	}
	const limit = 256 << 20
	var without *cannotRun
	g, err := r.confine(n, limit, &without)
	if err != nil {
		return nil, err
	}
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	bodies, readers, err := slowClients(ctx, n, r.connections(1000))
	if err != nil {
		return nil, err
	}
	bomb, err := bombing(ctx, n, r.count(200))
	if err != nil {
		return nil, err
	}
	moving := r.keepMoving(ctx, n)
	b, err := r.besiege(ctx, n, r.time(60*time.Second), halfHeaders(n.host, r.connections(10_000)), bodies, readers, bomb)
	moved, err2 := moving()
	if err := errors.Join(err, err2); err != nil {
		return append([]figure{told("it printed", n.tail())}, confined(g, without, n)...), err
	}
	figures := append([]figure{
		told("at once", fmt.Sprintf("%d half-open, %d slow and %d unread connections, %d bombs, %d blobs pushed and pulled, %d keys rotated",
			b.reports[0].Most, b.reports[1].Most, b.reports[2].Most, b.reports[3].Sent, moved.blobs, moved.keys)),
		zero("of normal callers' requests failed", len(b.quiet.failed)+len(b.attacked.failed)),
		told("p99 of normal callers", fmt.Sprintf("%v quiet, %v under it all", short(b.quiet.p99("")), short(b.attacked.p99("")))),
		mebibytes("memory, at most", b.most, limit),
	}, confined(g, without, n)...)
	if len(b.attacked.failed) > 0 {
		figures = append(figures, told("the first failure", b.attacked.failed[0]))
	}
	return figures, nil
}

type moved struct{ blobs, keys int }

// keepMoving pushes and pulls large blobs, ten at a time, and rotates the keys, until it is called.
func (r *run) keepMoving(ctx context.Context, n *node) func() (moved, error) {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	var m moved
	var failed error
	go func() {
		defer close(ended)
		for round := 0; ctx.Err() == nil; round++ {
			one := *r
			one.folder = fmt.Sprintf("%s/round-%d", r.folder, round)
			s, err := openStreams(ctx, &one, n, 10, 8<<20, round)
			if err == nil {
				_, err = s.timed(func(i int) error { return errors.Join(s.push(ctx, i), s.pull(ctx, i)) })
			}
			if err == nil {
				_, err = n.program(ctx, "keyring", "rotate")
			}
			if err != nil {
				if ctx.Err() == nil {
					failed = err
				}
				return
			}
			m.blobs, m.keys = m.blobs+len(s.digests), m.keys+1
		}
	}()
	return func() (moved, error) { stop(); <-ended; return m, failed }
}
