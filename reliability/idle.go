package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/octroi/octroi/audit"
)

// idle is what the service costs when nobody asks it anything, and how soon it answers when its log is long.
func idle(ctx context.Context, r *run) ([]figure, error) {
	config, admin, err := withAdmin(unlimited)
	if err != nil {
		return nil, err
	}
	n, err := r.started(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := n.stop(); err != nil {
		return nil, err
	}
	records := r.count(1_000_000)
	if err := lengthen(ctx, n.data, records, audit.DefaultMaxBytes); err != nil {
		return nil, err
	}
	bytes, err := sizeOfLog(n.data)
	if err != nil {
		return nil, err
	}
	r.say("the log has %d records more", records)
	var ready []time.Duration
	for range 5 {
		began := time.Now()
		if err := n.start(ctx); err != nil {
			return nil, err
		}
		if err := answers(ctx, "http://"+admin+"/readyz"); err != nil {
			return nil, err
		}
		ready = append(ready, time.Since(began))
		if err := n.stop(); err != nil {
			return nil, err
		}
	}
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	time.Sleep(r.time(10 * time.Second))
	memory, err := resident(n.pid())
	if err != nil {
		return nil, err
	}
	return []figure{
		told("audit log", fmt.Sprintf("%d records, %d MB", records, bytes/1_000_000)),
		atMost("from its start until ready, median of 5", percentile(ready, 50), 500*time.Millisecond),
		told("and the longest", percentile(ready, 100).Round(time.Millisecond)),
		mebibytes("memory when idle", memory, 40_000_000), // 40 MB
	}, nil
}

// answers waits until a URL answers 200.
func answers(ctx context.Context, url string) error {
	client := &http.Client{Timeout: time.Second}
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		a, err := client.Do(r)
		if err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s answers %s", url, a.Status)
		}
		if time.Since(began) > startTimeout {
			return err
		}
	}
}
