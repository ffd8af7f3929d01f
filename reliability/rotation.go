package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// rotation rotates the token keys two hundred times under full load: they are written, read by every node, seal, and
// stop sealing. As many that stopped sealing long ago are retired meanwhile, by the service itself. Two more nodes of
// the same store open every token as soon as it was given out: a node that had not read the key would refuse it.
func rotation(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	rotations, interval := r.count(200), 600*time.Millisecond
	beside, err := besideNode(ctx, n, 2)
	if err != nil {
		return nil, err
	}
	defer beside.close()
	if err := beside.addOld(ctx, rotations, time.Duration(rotations)*interval); err != nil {
		return nil, err
	}
	load, err := r.rotationLoad(ctx, n, beside.issuers)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	err = rotate(ctx, n, beside.ring, rotations, interval)
	time.Sleep(time.Second) // the last one seals
	lasted := time.Since(began)
	load.end()
	if err != nil {
		return nil, err
	}
	keys, err := beside.ring.List(ctx)
	if err != nil {
		return nil, err
	}
	load.useAll(ctx)
	return append(load.figures(lasted),
		figure{"keys of which tokens were given out", fmt.Sprint(len(load.kept)), fmt.Sprint("≥ ", rotations*9/10), len(load.kept) >= rotations*9/10},
		told("keys that were retired meanwhile", rotations+1+rotations-len(keys))), nil
}

// nodes are further nodes on the same store, as far as tokens go: each with an opening of its own.
type nodes struct {
	stores  []*store.Store
	issuers []*issuer.Issuer
	ring    issuer.Keyring
}

func besideNode(ctx context.Context, n *node, count int) (*nodes, error) {
	var all nodes
	for range count {
		s, err := server.OpenStore(ctx, n.data)
		if err != nil {
			return nil, errors.Join(err, all.close())
		}
		all.stores = append(all.stores, s)
		i, err := issuer.New(ctx, issuer.Config{Store: s, Now: time.Now})
		if err != nil {
			return nil, errors.Join(err, all.close())
		}
		all.issuers = append(all.issuers, i)
	}
	all.ring = issuer.Keyring{Store: all.stores[0], Now: time.Now}
	return &all, nil
}

func (n *nodes) close() (err error) {
	for _, s := range n.stores {
		err = errors.Join(err, s.Close())
	}
	return err
}

// addOld adds keys as rotations of more than a month ago would have left them. In the time that is given the service
// finds one after the other to be over.
func (n *nodes) addOld(ctx context.Context, count int, over time.Duration) error {
	first := time.Now().Add(-token.OpenFor - token.StaleFor)
	for i := range count {
		at := first.Add(over * time.Duration(i) / time.Duration(count)).Truncate(time.Millisecond)
		k := token.NewKey(token.KeyID(1000+i), at, 0)
		row := store.TokenKey{ID: uint32(k.ID), Secret: principal.NewSecretFrom(string(k.Secret[:])), CreatedAt: k.Created, ActivatedAt: k.Activated}
		if err := n.stores[0].AddTokenKey(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// rotate writes the next key again and again; every tenth time with the command.
func rotate(ctx context.Context, n *node, ring issuer.Keyring, times int, every time.Duration) error {
	next := time.Now()
	for i := range times {
		next = next.Add(every)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(next)):
		}
		var err error
		if i%10 == 0 {
			_, err = n.program(ctx, "keyring", "rotate")
		} else {
			err = ring.Rotate(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rotationLoad asks for tokens and uses old and new ones as fast as the service answers.
type rotationLoad struct {
	callers []*caller
	others  []*issuer.Issuer
	stop    atomic.Bool
	wait    sync.WaitGroup

	mu            sync.Mutex
	kept          map[uint32][]login // by the key that sealed them
	issued, used  int
	refused       int // valid tokens, by the service
	undistributed int // tokens that another node cannot open
	failed        []error
}

// keptOfKey is how many tokens of each key are kept, to be used until the end.
const keptOfKey = 5

func (r *run) rotationLoad(ctx context.Context, n *node, others []*issuer.Issuer) (*rotationLoad, error) {
	key, err := n.administrator()
	if err != nil {
		return nil, err
	}
	if _, err := newVisitors(ctx, n, key); err != nil {
		return nil, err
	}
	l := &rotationLoad{others: others, kept: map[uint32][]login{}}
	for range 16 {
		c := newCaller(n.host, key, 30*time.Second)
		l.callers = append(l.callers, c)
		l.wait.Go(func() {
			for !l.stop.Load() && ctx.Err() == nil {
				l.once(ctx, c)
			}
		})
	}
	return l, nil
}

func (l *rotationLoad) end() { l.stop.Store(true); l.wait.Wait() }

// once gets a token, has the other nodes open it, uses it, and an older one.
func (l *rotationLoad) once(ctx context.Context, c *caller) {
	t, err := c.token(ctx)
	if err != nil {
		l.note(func() { l.failed = append(l.failed, err) })
		return
	}
	for _, other := range l.others {
		if _, err := other.Redeem(ctx, t.password()); err != nil {
			l.note(func() { l.undistributed++; l.failed = append(l.failed, err) })
		}
	}
	id, err := t.keyID()
	if err != nil {
		l.note(func() { l.failed = append(l.failed, err) })
		return
	}
	var old login
	l.note(func() {
		l.issued++
		if len(l.kept[id]) < keptOfKey {
			l.kept[id] = append(l.kept[id], t)
		}
		for _, some := range l.kept { // whichever comes first
			old = some[rand.IntN(len(some))]
			break
		}
	})
	l.use(ctx, c, t)
	l.use(ctx, c, old)
}

func (l *rotationLoad) note(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
}

// use pulls with a token.
func (l *rotationLoad) use(ctx context.Context, c *caller, t login) {
	_, _, err := c.registry(ctx, http.MethodGet, "/v2/"+visitedImage+"/manifests/v1", t, nil, "")
	no := new(refused)
	l.note(func() {
		l.used++
		switch {
		case errors.As(err, &no) && no.status == http.StatusUnauthorized:
			l.refused++
			l.failed = append(l.failed, err)
		case err != nil:
			l.failed = append(l.failed, err)
		}
	})
}

// useAll uses every token that was kept once more.
func (l *rotationLoad) useAll(ctx context.Context) {
	for _, some := range l.kept {
		for _, t := range some {
			l.use(ctx, l.callers[0], t)
		}
	}
}

func (l *rotationLoad) figures(lasted time.Duration) []figure {
	figures := []figure{
		told("load", fmt.Sprintf("%d tokens issued and %d used in %v, %.0f requests a second", l.issued, l.used, lasted.Round(time.Second), float64(l.issued+l.used)/lasted.Seconds())),
		zero("valid tokens refused", l.refused),
		zero("tokens sealed with an undistributed key", l.undistributed),
		zero("requests that failed at all", len(l.failed)),
	}
	if len(l.failed) > 0 {
		figures = append(figures, told("the first failure", l.failed[0]))
	}
	return figures
}

// keyID is the key that sealed a login; its password says so in clear.
func (l login) keyID() (uint32, error) {
	text, err := base64.StdEncoding.DecodeString(l.password())
	var envelope struct {
		Datakey string `json:"datakey"`
	}
	if err == nil {
		err = json.Unmarshal(text, &envelope)
	}
	if err != nil {
		return 0, fmt.Errorf("a password that names no key: %w", err)
	}
	id, err := strconv.ParseUint(envelope.Datakey, 10, 32)
	return uint32(id), err
}
