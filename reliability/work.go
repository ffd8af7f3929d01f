package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// workers keep a node busy and note in a ledger what it acknowledges.
type workers struct {
	*ledger
	node  *node
	key   aws.Credentials // the administrator's
	login login           // of the administrator, got at the beginning

	name string
	made int
	mu   sync.Mutex
}

// job is one thing that is done over and over again.
type job func(context.Context, *caller) error

// hire makes workers for a node that serves.
func hire(ctx context.Context, n *node) (*workers, error) {
	w := &workers{ledger: &ledger{}, node: n, name: fmt.Sprintf("w%x", rand.Uint32())}
	var err error
	if w.key, err = n.administrator(); err != nil {
		return nil, err
	}
	w.login, err = w.caller().token(ctx)
	return w, err
}

// caller is the administrator at the node as it runs now.
func (w *workers) caller() *caller { return newCaller(w.node.host, w.key, 20*time.Second) }

// next is a name that was not used before.
func (w *workers) next() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made++
	return fmt.Sprintf("%s-%d", w.name, w.made)
}

// work has each job done by a worker of its own until the function that it returns is called. A job that fails is
// tried again, after a moment: the service may be gone, or come back.
func (w *workers) work(ctx context.Context, jobs ...job) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	c := w.caller()
	for _, do := range jobs {
		all.Go(func() {
			for ctx.Err() == nil {
				if do(ctx, c) != nil {
					select {
					case <-ctx.Done():
					case <-time.After(10 * time.Millisecond):
					}
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// everything is each kind of work, the cheap ones twice.
func (w *workers) everything() []job {
	return []job{w.issue, w.issue, w.push, w.push, w.administer, w.enlist, w.sway, w.revoke, w.rotate}
}

func (w *workers) issue(ctx context.Context, c *caller) error {
	l, err := c.token(ctx)
	if err == nil {
		w.note(func(l2 *ledger) { l2.tokens = append(l2.tokens, l) })
	}
	return err
}

// content is a layer that nobody has pushed before.
func content(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func (w *workers) push(ctx context.Context, c *caller) error {
	first := content(1 + rand.IntN(64<<10))
	digest, err := c.pushBlob(ctx, w.login, repository, first)
	if err != nil {
		return err
	}
	w.note(func(l *ledger) { l.blobs = append(l.blobs, digest) })
	i := image{tag: w.next()}
	layer := content(1 + rand.IntN(64<<10))
	i.layers = []string{digestOf(layer)}
	if i.digest, err = c.pushImage(ctx, w.login, repository, i.tag, layer); err == nil {
		w.note(func(l *ledger) { l.images = append(l.images, i) })
	}
	return err
}

// rotate adds a token key. It rests: a key is kept for a month, and a ring of thousands is nobody's.
func (w *workers) rotate(ctx context.Context, _ *caller) error {
	if _, err := w.node.program(ctx, "keyring", "rotate"); err != nil {
		return err
	}
	w.note(func(l *ledger) { l.rings++ })
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
	return nil
}
