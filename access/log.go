package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// ErrLog reports that the audit log takes no records: nothing that needs one may happen.
var ErrLog = errors.New("the audit log cannot be written")

// pendingLimit bounds what waits to be written, in bytes: beyond it the disk is too slow, and callers are told.
const pendingLimit = 16 << 20

// Log is the audit file. Records are appended in the order of their calls; one goroutine writes and flushes.
type Log struct {
	file *os.File
	size int64 // of what is whole on disk, to cut a torn write off

	mu      sync.Mutex
	pending []byte
	spare   []byte // the buffer of the last batch, for the next but one
	queued  uint64 // records that were appended
	durable uint64 // records that are on disk
	failed  error  // why the last batch is not on disk; the next one that gets there clears it
	broken  bool   // a flush failed: failed stays
	waiting *flush // of what is pending; nil while nobody waits
	wake    chan struct{}
	done    chan struct{}
	closed  bool
}

// flush is what all wait for together who wait for one batch.
type flush struct {
	done chan struct{}
	err  error // once done is closed
}

// OpenLog opens or makes the file, 0600, and cuts off a last line that a crash left half written: it was never
// acknowledged.
func OpenLog(path string) (*Log, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the audit log: %w", err)
	}
	size, err := wholeLines(f)
	if err == nil {
		err = errors.Join(f.Truncate(size), seek(f, size))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening the audit log %s: %w", path, err)
	}
	l := &Log{file: f, size: size, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.write()
	return l, nil
}

func seek(f *os.File, at int64) error {
	_, err := f.Seek(at, io.SeekStart)
	return err
}

// wholeLines is the length of the file up to its last line feed, read from the end: the file can be large.
func wholeLines(f *os.File) (int64, error) {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	const step = 64 << 10
	for end > 0 {
		from := max(end-step, 0)
		b := make([]byte, end-from)
		if _, err := f.ReadAt(b, from); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		end = from
	}
	return 0, nil
}

// append queues a record. It does not wait for the disk.
func (l *Log) append(r *Record) error {
	var space [1024]byte
	line := append(appendRecord(space[:0], r), '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return fmt.Errorf("%w: it is closed", ErrLog)
	case l.failed != nil:
		l.nudge() // let the writer try the disk again
		return l.failed
	case len(l.pending)+len(line) > pendingLimit:
		return fmt.Errorf("%w: the disk does not keep up", ErrLog)
	}
	l.pending = append(l.pending, line...)
	l.queued++
	l.nudge()
	return nil
}

func (l *Log) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Sync returns when every record that was appended before the call is on disk, or the error that kept it off.
func (l *Log) Sync(ctx context.Context) error {
	l.mu.Lock()
	if l.durable >= l.queued || l.closed || l.broken {
		defer l.mu.Unlock()
		if l.durable >= l.queued {
			return l.failed
		}
		return errors.Join(l.failed, closedError(l.closed))
	}
	if l.waiting == nil {
		l.waiting = &flush{done: make(chan struct{})}
	}
	w := l.waiting
	l.nudge()
	l.mu.Unlock()
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func closedError(closed bool) error {
	if closed {
		return fmt.Errorf("%w: it is closed", ErrLog)
	}
	return nil
}

// Close writes what is queued, flushes and closes the file.
func (l *Log) Close() error {
	err := l.Sync(context.Background())
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	close(l.wake)
	l.mu.Unlock()
	<-l.done
	return errors.Join(err, l.file.Close())
}

// Err is why the log takes no records now, or nil.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}
