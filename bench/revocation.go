package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

const (
	revocations = 1000
	pause       = 5 * time.Millisecond // between two changes
	users       = 16                   // of tokens at once
	window      = 60                   // changes around the last one, whose tokens are in use
)

// holder is one whose token is used until it is refused, and longer.
type holder struct {
	user     store.User
	key      store.AccessKey
	login    string
	changed  atomic.Int64 // when the change was acknowledged, in nanoseconds; zero before
	accepted atomic.Int64 // when the last use began that was accepted
}

// revocationTable measures how long a token is still accepted after its end was acknowledged: a key disabled, a user
// removed, everything of a principal revoked. The changes are made beside the service, as its commands make them, while
// the tokens are in use.
func revocationTable(out io.Writer, o options) (err error) {
	h, err := openHouse()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	beside, err := server.OpenStore(context.Background(), filepath.Join(h.folder, "data"))
	if err != nil {
		return err
	}
	defer beside.Close()
	all, err := h.holders(beside, revocations)
	if err != nil {
		return err
	}
	var at atomic.Int64
	var stop atomic.Bool
	var used atomic.Int64
	var workers sync.WaitGroup
	for range users {
		workers.Go(func() { used.Add(h.use(all, &at, &stop)) })
	}
	began := time.Now()
	for i, one := range all {
		at.Store(int64(i))
		if err := end(beside, one, i); err != nil {
			return err
		}
		one.changed.Store(time.Now().UnixNano())
		time.Sleep(pause)
	}
	time.Sleep(2 * time.Second)
	stop.Store(true)
	workers.Wait()
	late := lateness(all)
	fmt.Fprintf(out, "%d revocations beside the service, %d connections, %.0f uses/s: last accepted use after the change: median %v, p99 %v, longest %v\n",
		len(all), users, float64(used.Load())/time.Since(began).Seconds(), late[len(late)/2], late[len(late)*99/100], late[len(late)-1])
	return nil
}

// holders makes users, each with a login token.
func (h *house) holders(s *store.Store, n int) ([]*holder, error) {
	ctx := context.Background()
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	const document = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	var all []*holder
	for i := range n {
		u, k, secret, err := s.AddUser(ctx, accounts[0].ID, fmt.Sprint("holder", i), store.InlinePolicy{Name: "all", Document: document})
		if err != nil {
			return nil, err
		}
		credentials := aws.Credentials{AccessKeyID: string(k.ID), SecretAccessKey: secret.Reveal()}
		login, err := h.authorizationWith(credentials)
		if err != nil {
			return nil, err
		}
		all = append(all, &holder{user: u, key: k, login: login})
	}
	return all, nil
}

// use asks the registry who is there, with the tokens around the one that is revoked now.
func (h *house) use(all []*holder, at *atomic.Int64, stop *atomic.Bool) (n int64) {
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for ; !stop.Load(); n++ {
		i := min(max(int(at.Load())+10-rand.IntN(window), 0), len(all)-1)
		began := time.Now().UnixNano()
		r, err := http.NewRequest(http.MethodGet, "http://"+h.host+"/v2/", nil)
		if err != nil {
			return n
		}
		r.Header.Set("Authorization", "Basic "+all[i].login)
		answer, err := client.Do(r)
		if err != nil {
			return n
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			for was := all[i].accepted.Load(); began > was && !all[i].accepted.CompareAndSwap(was, began); was = all[i].accepted.Load() {
			}
		}
	}
	return n
}

// end revokes in one of the ways that there are.
func end(s *store.Store, h *holder, i int) error {
	ctx := context.Background()
	switch i % 3 {
	case 0:
		return s.SetAccessKeyStatus(ctx, h.user, h.key.ID, store.Inactive)
	case 1:
		return s.DeleteUser(ctx, h.user.Account, h.user.Name)
	}
	return s.Revoke(ctx, store.RevokePrincipal, h.user.ID, time.Now().Add(time.Second))
}

// lateness is how long after its change each was last accepted, in order; zero for one that was not.
func lateness(all []*holder) []time.Duration {
	var late []time.Duration
	for _, h := range all {
		late = append(late, max(time.Duration(h.accepted.Load()-h.changed.Load()), 0).Round(time.Millisecond))
	}
	slices.Sort(late)
	return late
}
