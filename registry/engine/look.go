package engine

import (
	"context"
	"io"

	"github.com/opencontainers/go-digest"
)

// looks are blobs of which a range was sent, to be hashed when there is time: one after the other, and only so many.
type looks struct {
	queue chan digest.Digest
	stop  context.CancelFunc
	ended chan struct{}
}

const mostLooks = 64

func (e *Engine) startLooks() {
	ctx, stop := context.WithCancel(context.Background())
	e.looks = looks{make(chan digest.Digest, mostLooks), stop, make(chan struct{})}
	go func() {
		defer close(e.looks.ended)
		for {
			select {
			case <-ctx.Done():
				return
			case blob := <-e.looks.queue:
				e.look(ctx, blob)
			}
		}
	}()
}

func (e *Engine) lookLater(blob digest.Digest) {
	select {
	case e.looks.queue <- blob:
	default: // there is enough to do; the next range asks again
	}
}

// look hashes a blob, unless it is known already. What is found is remembered, and said if it is bad.
func (e *Engine) look(ctx context.Context, blob digest.Digest) {
	file, err := e.file(blob)
	if err != nil {
		return // gone, or whoever asks for it is told
	}
	defer file.Close()
	state, known := identify(file)
	if _, found := e.verdicts.find(blob.Encoded(), state, known); found {
		return
	}
	content := newWhole(file, state.size, blob.Encoded(), e.hashing)
	if _, err := io.Copy(io.Discard, &interruptible{ctx, content}); err != nil && !content.ended {
		return
	}
	if !state.same(file) {
		return
	}
	e.verdicts.note(blob.Encoded(), state, known, content.sound)
	if !content.sound {
		e.damaged(KindBlob, string(blob))
	}
}

// interruptible ends with its context.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

// Read reads on unless the context has ended.
func (i *interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.from.Read(p)
}
