package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/octroi/octroi/issuer"
)

// removal removes the key that seals, under load: every token that it sealed must be refused, and no other one.
func removal(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	beside, err := besideNode(ctx, n, 1)
	if err != nil {
		return nil, err
	}
	defer beside.close()
	key, err := n.administrator()
	if err != nil {
		return nil, err
	}
	v, err := newVisitors(ctx, n, key)
	if err != nil {
		return nil, err
	}
	c := newCaller(n.host, key, 10*time.Second)
	older, err := tokens(ctx, c, r.count(50))
	if err != nil {
		return nil, err
	}
	if err := beside.ring.Rotate(ctx); err != nil {
		return nil, err
	}
	time.Sleep(time.Second) // the next one seals
	doomed, err := tokens(ctx, c, r.count(500))
	if err != nil {
		return nil, err
	}
	id, err1 := doomed[0].keyID()
	of, err2 := older[0].keyID()
	if id == of {
		err1 = errors.Join(err1, errors.New("the next key does not seal"))
	}
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	var busy sync.WaitGroup
	busy.Go(func() { v.visit(ctx, r.time(8*time.Second)) }) // some of whose tokens are of the key
	defer busy.Wait()
	time.Sleep(time.Second)
	began := time.Now()
	if _, err := n.program(ctx, "keyring", "remove", fmt.Sprint(id)); err != nil {
		return nil, err
	}
	done := time.Now()
	last, taken := lastTaken(ctx, c, beside.issuers[0], doomed)
	lost := 0
	for _, l := range older {
		if c.works(ctx, l) != nil {
			lost++
		}
	}
	after, err := tokens(ctx, c, 1)
	if err != nil {
		return nil, err
	}
	next, err := after[0].keyID()
	return []figure{
		told("tokens of the key, and of an older one", fmt.Sprintf("%d, %d", len(doomed), len(older))),
		told("the command takes", done.Sub(began).Round(time.Millisecond)),
		atMost("from its begin until the last of them is taken", max(0, last.Sub(began)), 5*time.Second),
		zero("of them taken after 5 s, here or at another node", taken),
		zero("tokens of an older key refused", lost),
		must("another key seals", next != id),
	}, err
}

// tokens asks for some tokens.
func tokens(ctx context.Context, c *caller, n int) (all []login, err error) {
	for range n {
		l, err := c.token(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// lastTaken uses all tokens again and again for six seconds. It returns when one was taken last, and how many still are.
func lastTaken(ctx context.Context, c *caller, other *issuer.Issuer, all []login) (last time.Time, taken int) {
	left := slices.Clone(all)
	for end := time.Now().Add(6 * time.Second); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		left = slices.DeleteFunc(left, func(l login) bool {
			asked := time.Now()
			if gone(c.works(ctx, l)) {
				return true
			}
			last = asked
			return false
		})
		if len(left) == 0 {
			break
		}
	}
	for _, l := range all {
		if _, err := other.Redeem(ctx, l.password()); err == nil || !gone(c.works(ctx, l)) {
			taken++
		}
	}
	return last, taken
}

// gone reports that a token was refused, and not that something else went wrong.
func gone(err error) bool {
	no := new(refused)
	return errors.As(err, &no) && no.status == http.StatusUnauthorized
}
