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
	moved := moving()
	if err != nil {
		return append([]figure{told("it printed", n.tail())}, confined(g, without, n)...), err
	}
	figures := append([]figure{
		told("at once", fmt.Sprintf("%d half-open, %d slow and %d unread connections, %d bombs, %d blobs pushed and pulled (%d rounds failed), %d keys rotated",
			b.reports[0].Most, b.reports[1].Most, b.reports[2].Most, b.reports[3].Sent, moved.blobs, moved.failed, moved.keys)),
		told("requests of normal callers that failed", fmt.Sprintf("%d of %d", len(b.attacked.failed), len(b.attacked.all())+len(b.attacked.failed))),
		told("p99 of normal callers", fmt.Sprintf("%v quiet, %v under it all", short(b.quiet.p99("")), short(b.attacked.p99("")))),
		mebibytes("memory, at most", b.most, limit),
	}, confined(g, without, n)...)
	if len(b.attacked.failed) > 0 {
		figures = append(figures, told("the first failure", b.attacked.failed[0]))
	}
	return figures, nil
}

// moved is what was moved. A round fails when the disk does not take the records in time: that is what the service
// promises, and no lack of memory.
type moved struct{ blobs, keys, failed int }

// keepMoving pushes and pulls large blobs, ten at a time, and rotates the keys, until it is called.
func (r *run) keepMoving(ctx context.Context, n *node) func() moved {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	var m moved
	go func() {
		defer close(ended)
		for round := 0; ctx.Err() == nil; round++ {
			blobs, err := r.move(ctx, n, round)
			m.blobs += blobs
			switch {
			case err == nil:
				m.keys++
			case ctx.Err() == nil:
				r.say("round %d: %v", round, err)
				m.failed++
				time.Sleep(time.Second)
			}
		}
	}()
	return func() moved { stop(); <-ended; return m }
}

// move is one round: ten blobs, one key.
func (r *run) move(ctx context.Context, n *node, round int) (blobs int, err error) {
	one := *r
	one.folder = fmt.Sprintf("%s/round-%d", r.folder, round)
	s, err := openStreams(ctx, &one, n, 10, 8<<20, round)
	if err != nil {
		return 0, err
	}
	if _, err := s.timed(func(i int) error { return errors.Join(s.push(ctx, i), s.pull(ctx, i)) }); err != nil {
		return 0, err
	}
	_, err = n.program(ctx, "keyring", "rotate")
	return len(s.digests), err
}
