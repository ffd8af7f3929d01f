package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
)

// ledger is what the service has acknowledged: what must be there whatever happens afterwards.
type ledger struct {
	mu     sync.Mutex
	tokens []login
	blobs  []string
	images []image
	users  []user
	swayed swayed
	sways  int // changes of its policy
	rings  int // rotations of the token key
}

// image is a tag that was acknowledged.
type image struct {
	tag, digest string
	layers      []string
}

func (l *ledger) note(do func(*ledger)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(l)
}

// copy is the ledger as it is now, but for the policy that is changed again and again: it will have been.
func (l *ledger) copy() *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &ledger{tokens: slices.Clone(l.tokens), blobs: slices.Clone(l.blobs), images: slices.Clone(l.images), users: slices.Clone(l.users), rings: l.rings}
}

// sum tells how much there is.
func (l *ledger) sum() string {
	return fmt.Sprintf("%d tokens, %d blobs, %d images, %d users (%d disabled, revoked or removed), %d changes of a policy, %d rotations", len(l.tokens), len(l.blobs), len(l.images),
		len(l.users), len(slices.DeleteFunc(slices.Clone(l.users), func(u user) bool { return u.state == active })), l.sways, l.rings)
}

// repository is where everything is pushed to, where nothing else is said.
const repository = "local/team/app"

// loss counts what was acknowledged and is gone, and what is not as it was.
type loss struct {
	lost, corrupt int
	first         string // what was found first
}

func (l *loss) gone(format string, args ...any)  { l.lost++; l.say(format, args...) }
func (l *loss) wrong(format string, args ...any) { l.corrupt++; l.say(format, args...) }
func (l *loss) say(format string, args ...any) {
	if l.first == "" {
		l.first = fmt.Sprintf(format, args...)
	}
}

// figures are the two numbers, and what was found first.
func (l *loss) figures() []figure {
	f := []figure{zero("lost", l.lost), zero("corrupt", l.corrupt)}
	if l.first != "" {
		f = append(f, told("found first", l.first))
	}
	return f
}

// check looks at the newest of what was acknowledged, and at some of the older ones.
func (l *ledger) check(ctx context.Context, c *caller, newest, older int, found *loss) {
	for _, b := range some(l.blobs, newest, older) {
		c.checkContent(ctx, "blobs", b, b, found)
	}
	for _, i := range some(l.images, newest, older) {
		c.checkContent(ctx, "manifests", i.tag, i.digest, found)
		for _, b := range i.layers {
			c.checkContent(ctx, "blobs", b, b, found)
		}
	}
	for _, t := range some(l.tokens, newest, older) {
		if err := c.works(ctx, t); err != nil {
			found.gone("token of request %s: %v", t.requestID, err)
		}
	}
	for _, u := range some(l.users, newest, older) {
		u.check(ctx, c, found)
	}
	l.swayed.check(ctx, c, found)
}

// checkContent pulls by a reference, and compares.
func (c *caller) checkContent(ctx context.Context, kind, reference, digest string, found *loss) {
	text, _, err := c.registry(ctx, http.MethodGet, "/v2/"+c.at+"/"+kind+"/"+reference, login{}, nil, "")
	no := new(refused)
	switch {
	case errors.As(err, &no) && no.status == http.StatusNotFound:
		found.gone("%s %s is not there", kind, reference)
	case err != nil:
		found.gone("%s %s: %v", kind, reference, err)
	case digestOf(text) != digest:
		found.wrong("%s %s is %s and not %s", kind, reference, digestOf(text), digest)
	}
}

// some are the last few of a list, and a random choice of the others.
func some[T any](all []T, newest, older int) []T {
	if newest+older >= len(all) {
		return all
	}
	chosen := slices.Clone(all[max(0, len(all)-newest):])
	for range older {
		chosen = append(chosen, all[rand.IntN(len(all))])
	}
	return chosen
}

// checkWhole pulls every tag that is listed, acknowledged or not: it is whole, or not listed.
func (c *caller) checkWhole(ctx context.Context, found *loss) {
	last := ""
	for {
		text, _, err := c.registry(ctx, http.MethodGet, "/v2/"+c.at+"/tags/list?n=1000"+last, login{}, nil, "")
		var list struct{ Tags []string }
		no := new(refused)
		if errors.As(err, &no) && no.status == http.StatusNotFound {
			return // nothing was pushed
		}
		if err = errors.Join(err, json.Unmarshal(text, &list)); err != nil {
			found.wrong("the list of tags: %v", err)
			return
		}
		for _, tag := range list.Tags {
			c.checkTag(ctx, tag, found)
		}
		if len(list.Tags) < 1000 {
			return
		}
		last = "&last=" + list.Tags[len(list.Tags)-1]
	}
}

func (c *caller) checkTag(ctx context.Context, tag string, found *loss) {
	text, _, err := c.registry(ctx, http.MethodGet, "/v2/"+c.at+"/manifests/"+tag, login{}, nil, "")
	if err != nil {
		found.wrong("tag %s is listed, and: %v", tag, err)
		return
	}
	for _, part := range partsOf(text) {
		c.checkContent(ctx, "blobs", part, part, found)
	}
}
