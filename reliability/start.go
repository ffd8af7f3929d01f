package main

import (
	"context"
	"time"
)

// startAndIdle is the quiet case that the others are compared with: a start, a token, a push, a pull, an orderly end.
func startAndIdle(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	key, err := n.administrator()
	if err != nil {
		return nil, err
	}
	c := newCaller(n.host, key, 10*time.Second)
	l, err := c.token(ctx)
	if err != nil {
		return nil, err
	}
	digest, err := c.pushImage(ctx, l, "local/team/app", "v1", []byte("a layer"))
	if err != nil {
		return nil, err
	}
	text, _, err := c.registry(ctx, "GET", "/v2/local/team/app/manifests/v1", l, nil, "")
	if err != nil {
		return nil, err
	}
	return []figure{
		told("first start", n.ready.Round(time.Millisecond)),
		must("what was pushed is pulled", digestOf(text) == digest),
		must("ends orderly", n.stop() == nil),
	}, nil
}
