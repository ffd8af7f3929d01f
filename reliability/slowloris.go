package main

import (
	"context"
	"fmt"
	"time"
)

// slowloris opens ten thousand connections whose headers do not come, each again as soon as it is cut.
func slowloris(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	b, err := r.besiege(ctx, n, r.time(time.Minute), halfHeaders(n.host, r.connections(10_000)))
	if err != nil {
		return nil, err
	}
	seen := b.reports[0]
	return append([]figure{
		told("connections without headers", fmt.Sprintf("%d at a time, %d in all", seen.Most, seen.Opened)),
		must("all that were held for long were cut", seen.Cut > 0),
		atMost("longest until cut (headerTimeout 10 s)", seen.Longest, 12*time.Second),
	}, b.figures(256<<20)...), nil
}

// halfHeaders is an attack of connections that trickle their headers.
func halfHeaders(host string, count int) assault {
	return assault{Kind: "trickle", Host: host, Count: count, Every: 5 * time.Second, Again: true,
		Requests: [][]byte{[]byte("GET /v2/ HTTP/1.1\r\nHost: " + host + "\r\nX-Slow: ")}}
}

// connections is a count of connections at the run's scale, and no more than one process may open here.
func (r *run) connections(n int) int { return min(r.count(n), openFiles()-200) }
