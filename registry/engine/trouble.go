package engine

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
)

// trouble is what a request has met: a disk that failed, the end of its body before its time, or an upload whose bytes
// so far have no state of their hash.
type trouble struct {
	mu       sync.Mutex
	err      error
	cut, gap bool
}

type troubleKey struct{}

// troubleOf is that of the request which ctx is of; nil for what no request asked for.
func troubleOf(ctx context.Context) *trouble {
	t, _ := ctx.Value(troubleKey{}).(*trouble)
	return t
}

func (t *trouble) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
}

func (t *trouble) noted() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

func (t *trouble) mark(what *bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*what = true
}

func (t *trouble) is(what *bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return *what
}

// body notes that it was cut off.
type body struct {
	io.ReadCloser
	met *trouble
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.met.mark(&b.met.cut)
	}
	return n, err
}

// cutOff reports a file of an upload whose client went away: what came is acknowledged to nobody, and need not be on
// disk. Of many clients that are cut at once all would flush at once, and those wait who have done nothing.
func cutOff(ctx context.Context, path string) bool {
	t := troubleOf(ctx)
	return t != nil && passing(path) && t.is(&t.cut)
}

// unproven reports a state of a hash that must not be kept: of bytes that may not be on disk, or of some that lack those
// before them, since Distribution begins anew where it finds no state. Without one it reads the whole blob at the end.
func unproven(ctx context.Context, path string) bool {
	t := troubleOf(ctx)
	return t != nil && isState(path) && (t.is(&t.cut) || t.is(&t.gap))
}

func isState(path string) bool { return passing(path) && strings.Contains(path, "/hashstates/") }
