package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// estate is the tenants of a registry, and what they found.
type estate struct {
	*workers
	run     *run
	tenants []*tenant
	found   *loss
	did     *deeds
}

// deeds count what tenants did.
type deeds struct {
	mu                             sync.Mutex
	pushed, moved, deleted, pulled int
	late, early                    int // manifests that were refused for a layer that is gone: since it was too long ago, and otherwise
	other                          []error
}

func (d *deeds) note(do func(*deeds)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	do(d)
}

func (d *deeds) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := fmt.Sprintf("%d images pushed (%d while the tag's last one was deleted), %d manifests and tags deleted, %d images pulled, %d pushes too slow for the age",
		d.pushed, d.moved, d.deleted, d.pulled, d.late)
	if len(d.other) > 0 {
		text += fmt.Sprintf(", %d refused otherwise, as: %s", len(d.other), strings.SplitN(d.other[0].Error(), "\n", 2)[0])
	}
	return text
}

func newEstate(r *run, w *workers) *estate {
	e := &estate{workers: w, run: r, found: new(loss), did: new(deeds)}
	for i := range 6 {
		e.tenants = append(e.tenants, &tenant{estate: e, name: fmt.Sprint("t", i), began: time.Now(), at: map[place]string{}})
	}
	return e
}

// work has every tenant at work until the function that it returns is called: then each ends what it has begun.
func (e *estate) work(ctx context.Context) (rest func()) {
	enough := make(chan struct{})
	var all sync.WaitGroup
	c := e.caller()
	for _, t := range e.tenants {
		all.Go(func() {
			for ctx.Err() == nil {
				select {
				case <-enough:
					return
				default:
				}
				if err := t.turn(ctx, c); err != nil {
					e.refused(err)
					e.wait(ctx, 10*time.Millisecond)
				}
			}
		})
	}
	return func() { close(enough); all.Wait() }
}

// refused notes an answer that is neither an end of the service nor what a tenant reckons with.
func (e *estate) refused(err error) {
	no := new(refused)
	if !errors.As(err, &no) {
		return
	}
	e.did.note(func(d *deeds) { d.other = append(d.other, err) })
	if no.status == http.StatusInternalServerError {
		e.note(func(*ledger) { e.found.wrong("%v", err) })
	}
}

// pullOne pulls what a tag or digest leads to, whose digest is known, or empty. What the service refuses since it is
// not there, is missing; that it has ended, says nothing.
func (e *estate) pullOne(ctx context.Context, c *caller, repository, reference, digest string) {
	text, whole := e.get(ctx, c, repository, "manifests/"+reference)
	if !whole {
		return
	}
	if digest != "" && digestOf(text) != digest {
		e.note(func(*ledger) { e.found.wrong("%s:%s is %s and not %s", repository, reference, digestOf(text), digest) })
		return
	}
	for _, part := range partsOf(text) {
		content, whole := e.get(ctx, c, repository, "blobs/"+part)
		if whole && digestOf(content) != part {
			e.note(func(*ledger) { e.found.wrong("%s of %s:%s is %s", part, repository, reference, digestOf(content)) })
		}
	}
}

func (e *estate) get(ctx context.Context, c *caller, repository, what string) (content []byte, whole bool) {
	text, _, err := c.registry(ctx, http.MethodGet, "/v2/"+repository+"/"+what, login{}, nil, "")
	if missing(err) {
		e.note(func(*ledger) { e.found.gone("%s/%s is not there", repository, what) })
	} else if err != nil {
		e.refused(err)
	}
	return text, err == nil
}

// checkAll pulls everything that a tenant was told to be there.
func (e *estate) checkAll(ctx context.Context) {
	c := e.caller()
	for _, t := range e.tenants {
		for _, h := range t.mine {
			e.pullOne(ctx, c, h.repository, h.digest, h.digest)
		}
		for at, digest := range t.at {
			e.pullOne(ctx, c, at.repository, at.tag, digest)
		}
	}
}

// size is how many images and tags there have to be.
func (e *estate) size() (images, tags int) {
	for _, t := range e.tenants {
		images, tags = images+len(t.mine), tags+len(t.at)
	}
	return images, tags
}

// everyTag pulls every tag that is listed, and every manifest that is linked, acknowledged or not.
func (e *estate) everyTag(ctx context.Context) error {
	c := e.caller()
	for _, repository := range estates {
		text, _, err := c.registry(ctx, http.MethodGet, "/v2/"+repository+"/tags/list", login{}, nil, "")
		var list struct{ Tags []string }
		if err = errors.Join(err, json.Unmarshal(text, &list)); err != nil {
			return fmt.Errorf("the tags of %s: %w", repository, err)
		}
		linked, err := e.manifests(repository)
		if err != nil {
			return err
		}
		for _, reference := range append(list.Tags, linked...) {
			e.pullOne(ctx, c, repository, reference, "")
		}
	}
	return nil
}

// deleteAll deletes every manifest.
func (e *estate) deleteAll(ctx context.Context) error {
	c := e.caller()
	for _, repository := range estates {
		all, err := e.manifests(repository)
		if err != nil {
			return err
		}
		for _, digest := range all {
			if _, _, err := c.registry(ctx, http.MethodDelete, "/v2/"+repository+"/manifests/"+digest, e.login, nil, ""); err != nil {
				return fmt.Errorf("deleting %s of %s: %w", digest, repository, err)
			}
		}
	}
	return nil
}
