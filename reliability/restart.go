package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// upload is a blob that is under way.
type upload struct {
	content []byte
	place   string // path and query of where it goes on
	done    bool
	again   bool // it began again, after a clean 404
	went    bool // it went on where it was
}

// half is what each upload has sent and had acknowledged when the service ends; as much again is on its way.
const half = 32 << 10

// restartUploads is RL19: the service ends in the middle of two hundred uploads, orderly and by a kill.
func restartUploads(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	var figures []figure
	for _, how := range []string{"SIGTERM", "kill -9"} {
		all, finish, err := w.begin(ctx, r.count(200))
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if how == "SIGTERM" {
			err = n.stop()
		} else {
			n.kill()
		}
		ended := time.Since(began)
		finish()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", how, err)
		}
		if err := n.start(ctx); err != nil {
			return nil, err
		}
		finished, went, again, bad := 0, 0, 0, 0
		var first error
		for _, u := range all {
			if u.done {
				finished++
			}
			if err := w.finish(ctx, u); err != nil {
				bad++
				first = errors.Join(first, err)
			}
			if u.went {
				went++
			}
			if u.again {
				again++
			}
		}
		var found loss
		for _, u := range all {
			w.caller().checkContent(ctx, "blobs", digestOf(u.content), digestOf(u.content), &found)
		}
		figures = append(figures, told(how+": finished, went on, began again after a clean 404", []int{finished, went, again}),
			zero(how+": neither", bad), zero(how+": bad digests", found.corrupt), zero(how+": lost", found.lost))
		if first != nil {
			figures = append(figures, told(how+": found first", strings.SplitN(first.Error(), "\n", 2)[0]))
		}
		if how == "SIGTERM" {
			figures = append(figures, atMost(how+": ended after", ended, 30*time.Second))
		}
	}
	return figures, nil
}

// begin begins uploads: half of each is acknowledged, and the other half trickles, for some seconds.
func (w *workers) begin(ctx context.Context, n int) (all []*upload, finish func(), err error) {
	c := w.caller()
	var trickling sync.WaitGroup
	for range n {
		u := &upload{content: content(2 * half)}
		if err := u.first(ctx, c, w.login); err != nil {
			return nil, nil, err
		}
		all = append(all, u)
	}
	for _, u := range all {
		trickling.Go(func() { u.second(ctx, c, w.login) })
	}
	time.Sleep(500 * time.Millisecond)
	return all, trickling.Wait, nil
}

// follow takes where an upload goes on.
func (u *upload) follow(c *caller, h http.Header) {
	u.place = strings.TrimPrefix(h.Get("Location"), "http://"+c.host)
}

func (u *upload) first(ctx context.Context, c *caller, l login) error {
	_, h, err := c.registry(ctx, "POST", "/v2/"+repository+"/blobs/uploads/", l, nil, "")
	if err != nil {
		return err
	}
	u.follow(c, h)
	_, h, err = c.registry(ctx, "PATCH", u.place, l, u.content[:half], "application/octet-stream")
	if err == nil {
		u.follow(c, h)
	}
	return err
}

// second sends the other half in eight pieces, a quarter of a second apart, and finishes when it is taken.
func (u *upload) second(ctx context.Context, c *caller, l login) {
	body, to := io.Pipe()
	go func() {
		for piece := range 8 {
			if _, err := to.Write(u.content[half+piece*half/8:][:half/8]); err != nil {
				return
			}
			time.Sleep(250 * time.Millisecond)
		}
		to.Close()
	}()
	r, err := http.NewRequestWithContext(ctx, "PATCH", "http://"+c.host+u.place, body)
	if err != nil {
		return
	}
	r.Header.Set("Authorization", "Basic "+l.text)
	r.Header.Set("Content-Type", "application/octet-stream")
	_, h, err := c.do(r)
	body.CloseWithError(io.ErrClosedPipe)
	if err == nil {
		u.follow(c, h)
		u.done = true
	}
}

// finish asks how far an upload is, sends the rest and finishes it; one that is not there begins again.
func (w *workers) finish(ctx context.Context, u *upload) error {
	c := w.caller()
	_, h, err := c.registry(ctx, "GET", u.place, w.login, nil, "")
	if no := new(refused); errors.As(err, &no) && no.status == http.StatusNotFound {
		u.again = true
		_, err := c.pushBlob(ctx, w.login, repository, u.content)
		return err
	}
	if err != nil {
		return fmt.Errorf("asking how far it is: %w", err)
	}
	var from, last int
	if _, err := fmt.Sscanf(h.Get("Range"), "%d-%d", &from, &last); err != nil {
		return fmt.Errorf("a Range of %q", h.Get("Range"))
	}
	u.follow(c, h)
	u.went = true
	if have := last + 1; have < len(u.content) {
		_, h, err := c.registry(ctx, "PATCH", u.place, w.login, u.content[have:], "application/octet-stream")
		if err != nil {
			return fmt.Errorf("going on at %d: %w", have, err)
		}
		u.follow(c, h)
	}
	_, _, err = c.registry(ctx, "PUT", u.place+"&digest="+digestOf(u.content), w.login, nil, "application/octet-stream")
	if err != nil {
		return fmt.Errorf("finishing: %w", err)
	}
	return nil
}
