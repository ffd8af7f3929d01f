package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// fewFiles is a node that may open few files, whose connections are taken by others: first by clients who send nothing,
// then by as many who have a request under way and do not read its answer.
func fewFiles(ctx context.Context, r *run) ([]figure, error) {
	config, admin, err := withAdmin(unlimited)
	if err != nil {
		return nil, err
	}
	n, err := r.newNode(config)
	if err != nil {
		return nil, err
	}
	const files = 1024
	n.wrap = []string{"sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, files)}
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	_, readers, err := slowClients(ctx, n, 2000)
	if err != nil {
		return nil, err
	}
	asked := r.askHealth(ctx, admin)
	b, err := r.besiege(ctx, n, r.time(20*time.Second), halfHeaders(n.host, r.connections(5000)))
	if err != nil {
		return nil, err
	}
	resumes, err := r.resumes(ctx, n, readers)
	if err != nil {
		return nil, err
	}
	health := asked()
	figures := []figure{
		told("files that it may open, connections", fmt.Sprintf("%d, %d half-open at a time, then %d that do not read", files, b.reports[0].Most, readers.Count)),
		zero("health checks that failed at its own port", health.failed),
		atMost("/livez at its own port answers, at the latest", health.live, time.Second),
		told("and /readyz, which asks the store", health.ready.Round(time.Millisecond)),
		atMost("accepts again after the last of them is gone", resumes, 5*time.Second),
	}
	figures = append(figures, told("requests of normal callers that failed", fmt.Sprintf("%d of %d", len(b.attacked.failed), len(b.attacked.all())+len(b.attacked.failed))))
	return append(figures, told("p99 of them", fmt.Sprintf("%v quiet, %v under attack", short(b.quiet.p99("")), short(b.attacked.p99(""))))), nil
}

// health is the longest that it took to answer, and how often there was no answer.
type health struct {
	live, ready time.Duration
	failed      int
}

// askHealth asks the port of the metrics all the time until it is called.
func (r *run) askHealth(ctx context.Context, admin string) func() health {
	ctx, stop := context.WithCancel(ctx)
	result := make(chan health)
	go func() {
		var h health
		client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		ask := func(path string) time.Duration {
			began := time.Now()
			a, err := client.Get("http://" + admin + path)
			if err == nil {
				a.Body.Close()
			}
			if err != nil || a.StatusCode != http.StatusOK {
				h.failed++
			}
			took := time.Since(began)
			if took > time.Second/2 {
				r.say("%s took %v", path, took.Round(time.Millisecond))
			}
			return took
		}
		for ctx.Err() == nil {
			h.live, h.ready = max(h.live, ask("/livez")), max(h.ready, ask("/readyz"))
			time.Sleep(100 * time.Millisecond)
		}
		result <- h
	}()
	return func() health { stop(); return <-result }
}

// resumes has all connections taken by requests under way, ends them, and measures how long a newcomer waits then.
func (r *run) resumes(ctx context.Context, n *node, readers assault) (time.Duration, error) {
	readers.Count = 600 // more than there is room for
	p, err := r.attack(ctx, readers)
	if err != nil {
		return 0, err
	}
	time.Sleep(2 * time.Second)
	if _, err := p.stop(0); err != nil {
		return 0, err
	}
	began := time.Now()
	err = answers(ctx, "http://"+n.host+"/readyz")
	return time.Since(began), errors.Join(err, ctx.Err())
}
