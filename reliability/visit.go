package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// visitors are the normal callers: each asks for a token, signed, and pulls a manifest and a layer with it. There are
// as many as leave the processors half idle: how long somebody waits says something only where nobody queues.
type visitors struct {
	host    string
	key     aws.Credentials
	layer   string // digest of the image's layer
	callers int
	every   time.Duration // a visit of each
}

const visitedImage = "local/team/app"

// newVisitors pushes the image that they pull. The key must be allowed to.
func newVisitors(ctx context.Context, n *node, key aws.Credentials) (*visitors, error) {
	c := newCaller(n.host, key, 30*time.Second)
	l, err := c.token(ctx)
	if err != nil {
		return nil, err
	}
	layer := []byte(strings.Repeat("a layer. ", 8000))
	if _, err := c.pushImage(ctx, l, visitedImage, "v1", layer); err != nil {
		return nil, err
	}
	return &visitors{host: n.host, key: key, layer: digestOf(layer), callers: 6, every: 150 * time.Millisecond}, nil
}

// visits is how long visitors waited, by what they asked for.
type visits struct {
	took   map[string][]time.Duration
	failed []error
}

// visit has the visitors come for a time.
func (v *visitors) visit(ctx context.Context, d time.Duration) visits {
	ctx, stop := context.WithTimeout(ctx, d+30*time.Second)
	defer stop()
	all := visits{took: map[string][]time.Duration{}}
	var mu sync.Mutex
	var wait sync.WaitGroup
	end := time.Now().Add(d)
	for i := range v.callers {
		wait.Go(func() {
			c := v.caller(i)
			time.Sleep(v.every * time.Duration(i) / time.Duration(v.callers))
			for next := time.Now(); next.Before(end) && ctx.Err() == nil; next = next.Add(v.every) {
				time.Sleep(time.Until(next))
				one := visits{took: map[string][]time.Duration{}}
				v.once(ctx, c, &one)
				mu.Lock()
				all.add(one)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return all
}

// caller is one visitor. Every second one opens a connection for each request, as commands do.
func (v *visitors) caller(i int) *caller {
	c := newCaller(v.host, v.key, 30*time.Second)
	t := &http.Transport{DisableKeepAlives: i%2 == 1, DialContext: (&net.Dialer{Timeout: 30 * time.Second}).DialContext}
	c.client = &http.Client{Timeout: 30 * time.Second, Transport: t}
	return c
}

// once is one visit.
func (v *visitors) once(ctx context.Context, c *caller, into *visits) {
	var l login
	into.measure("token", func() (err error) { l, err = c.token(ctx); return err })
	into.measure("manifest", func() error {
		_, _, err := c.registry(ctx, http.MethodGet, "/v2/"+visitedImage+"/manifests/v1", l, nil, "")
		return err
	})
	into.measure("layer", func() error {
		text, _, err := c.registry(ctx, http.MethodGet, "/v2/"+visitedImage+"/blobs/"+v.layer, l, nil, "")
		if err == nil && digestOf(text) != v.layer {
			err = errors.New("a layer of other bytes")
		}
		return err
	})
}

func (v *visits) measure(what string, do func() error) {
	began := time.Now()
	if err := do(); err != nil {
		v.failed = append(v.failed, fmt.Errorf("%s, asked for at %s: %w", what, began.Format("15:04:05.00"), err))
		return
	}
	v.took[what] = append(v.took[what], time.Since(began))
}

func (v *visits) add(other visits) {
	if v.took == nil {
		v.took = map[string][]time.Duration{}
	}
	for what, took := range other.took {
		v.took[what] = append(v.took[what], took...)
	}
	v.failed = append(v.failed, other.failed...)
}

// all is every request's time.
func (v visits) all() (all []time.Duration) {
	for _, took := range v.took {
		all = append(all, took...)
	}
	return all
}

// p99 is what one of a hundred waited for, of one kind of request; of all of them when the name is empty.
func (v visits) p99(what string) time.Duration {
	if what == "" {
		return percentile(v.all(), 99)
	}
	return percentile(v.took[what], 99)
}

// percentile is the smallest time that p of a hundred do not exceed.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Clone(all)
	slices.Sort(all)
	return all[min(len(all)-1, len(all)*p/100)]
}

// compare is the figures of visitors under attack beside those of quiet ones.
func compare(quiet, attacked visits) []figure {
	figures := []figure{
		told("requests of normal callers", fmt.Sprintf("%d quiet, %d under attack", len(quiet.all()), len(attacked.all()))),
		zero("of them failed", len(quiet.failed)+len(attacked.failed)),
	}
	if failed := append(slices.Clone(quiet.failed), attacked.failed...); len(failed) > 0 {
		figures = append(figures, told("the first failure", failed[0]))
	}
	for _, what := range []string{"token", "manifest", "layer"} {
		figures = append(figures, told("p99 of a "+what, fmt.Sprintf("%v quiet, %v under attack", short(quiet.p99(what)), short(attacked.p99(what)))))
	}
	return append(figures,
		told("p99 of all", fmt.Sprintf("%v quiet, %v under attack", short(quiet.p99("")), short(attacked.p99("")))),
		told("longest of all", fmt.Sprintf("%v quiet, %v under attack", short(percentile(quiet.all(), 100)), short(percentile(attacked.all(), 100)))),
		ratioAtMost("p99 under attack : quiet", float64(attacked.p99(""))/float64(max(1, quiet.p99(""))), 2))
}

func short(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
