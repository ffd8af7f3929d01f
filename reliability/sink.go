package main

import (
	"context"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// blockAudit is RL29: the audit log's disk does not answer, is full, and fails. No token leaves without its records, who
// asks is told so within two seconds, pulls go on, and all is well again by itself.
func blockAudit(ctx context.Context, r *run) ([]figure, error) {
	t, w, err := r.tracedHouse(ctx, "data")
	if err != nil {
		return nil, err
	}
	n := t.node
	if err := w.push(ctx, w.caller()); err != nil {
		return nil, err
	}
	w.tokens = nil
	const always = 1 << 30
	hold := max(r.time(30*time.Second), 3*time.Second) // longer than who asks has to wait: else the answer is a token, recorded
	var figures []figure
	for _, c := range []struct {
		what string
		plan plan
		time time.Duration
	}{
		{"blocked", plan{Calls: []string{"fsync"}, From: 1, Hold: hold}, hold},
		{"full", plan{Calls: []string{"write"}, From: 1, To: always, Errno: int(syscall.ENOSPC)}, r.time(5 * time.Second)},
		{"failing", plan{Calls: []string{"write"}, From: 1, To: always, Errno: int(syscall.EIO)}, r.time(5 * time.Second)},
	} {
		c.plan.Path = "audit.jsonl"
		if _, err := t.order(&c.plan); err != nil {
			return nil, err
		}
		a := w.ask(ctx, c.time)
		if c.plan.Hold == 0 {
			if _, err := t.order(&plan{}); err != nil {
				return nil, err
			}
		}
		back, err := w.backAfter(ctx, 5*time.Second)
		if err != nil {
			return nil, err
		}
		figures = append(figures, zero(c.what+": tokens given out", a.given), zero(c.what+": answers that are not 503", a.other),
			told(c.what+": answers of 503, and pulls meanwhile", []int{a.refused, a.pulled}), zero(c.what+": pulls refused", a.unpulled),
			atMost(c.what+": slowest answer", a.slowest, 2*time.Second), atMost(c.what+": tokens again after", back, 5*time.Second))
		r.say("%s: %+v", c.what, a)
	}
	var found loss
	records := recordReader{path: filepath.Join(n.data, "audit.jsonl"), allowed: map[string]int{}}
	records.compare(w.ledger, &found)
	if text, err := n.program(ctx, "audit", "verify"); err != nil {
		found.wrong("audit verify: %v %s", err, text)
	}
	return append(found.figures(), figures...), nil
}

// asked is what became of those who asked while nothing could be recorded.
type asked struct {
	given, refused, other, pulled, unpulled int
	slowest                                 time.Duration
}

// ask asks for tokens, and pulls, until a time is over.
func (w *workers) ask(ctx context.Context, d time.Duration) (a asked) {
	end := time.Now().Add(d - 2*time.Second)
	if d <= 2*time.Second {
		end = time.Now().Add(d / 2)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	c, digest := w.caller(), w.blobs[0]
	for range 4 {
		all.Go(func() {
			for time.Now().Before(end) {
				began := time.Now()
				_, err := c.token(ctx)
				took := time.Since(began)
				mu.Lock()
				switch a.slowest = max(a.slowest, took); {
				case err == nil:
					a.given++
				case unavailable(err):
					a.refused++
				default:
					a.other++
				}
				mu.Unlock()
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	all.Go(func() {
		for time.Now().Before(end) {
			_, _, err := c.registry(ctx, "GET", "/v2/"+repository+"/blobs/"+digest, login{}, nil, "")
			mu.Lock()
			if a.pulled++; err != nil {
				a.unpulled++
			}
			mu.Unlock()
			time.Sleep(20 * time.Millisecond)
		}
	})
	all.Wait()
	return a
}

// backAfter waits until a token is given out again, and notes it.
func (w *workers) backAfter(ctx context.Context, limit time.Duration) (time.Duration, error) {
	began := time.Now()
	for {
		err := w.issue(ctx, w.caller())
		if took := time.Since(began); err == nil || took > 4*limit {
			return took, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
