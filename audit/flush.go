package audit

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

// idleFlush is how long records that nobody waits for may stay unflushed, in the system's cache.
const idleFlush = time.Second

// write is the one goroutine that touches the disk. It takes all that is queued, writes it at once, and flushes when
// somebody waits: while one flush runs the next batch gathers, which is what makes the commit a group's.
func (l *Log) write() {
	defer close(l.done)
	var due <-chan time.Time // set while something is written that is not flushed
	for {
		flush := false
		select {
		case _, open := <-l.wake:
			if !open {
				return
			}
		case <-due:
			flush = true
		}
		l.gather()
		switch unflushed := l.round(flush); {
		case !unflushed:
			due = nil
		case due == nil || flush:
			due = time.After(idleFlush)
		}
	}
}

// gatherTurns bounds how often others are let go first.
const gatherTurns = 8

// gather lets whoever can run at this moment append its record before a batch is closed, for as long as that adds
// any. Of many callers only a few have come back from the last flush when the next could begin; a flush for those few
// keeps all others waiting for a whole one more. A lone caller loses nothing: there is nobody to let go first.
func (l *Log) gather() {
	before := l.count()
	for range gatherTurns {
		runtime.Gosched()
		now := l.count()
		if now == before {
			return
		}
		before = now
	}
}

func (l *Log) count() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.queued
}

// retryRest is how long a disk that took nothing is left alone: whoever waits has been told, and others queue.
const retryRest = 50 * time.Millisecond

// round writes one batch and reports whether something is written that is not flushed.
func (l *Log) round(idle bool) (unflushed bool) {
	batch, seq, waiting := l.take()
	defer l.rest()
	if err := l.put(batch); err != nil {
		l.keep(batch)
		if errors.Is(err, errFlush) {
			l.breakDown(err)
		}
		l.settle(0, waiting, err)
		time.Sleep(retryRest)
		return true
	}
	l.recycle(batch)
	if waiting == nil && !idle {
		return true
	}
	begun := time.Now()
	err := l.disk.flush(l.config.Now())
	if l.config.Flushed != nil {
		l.config.Flushed(time.Since(begun))
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrLog, err)
		l.breakDown(err)
		l.settle(0, waiting, err)
		return false
	}
	l.settle(seq, waiting, nil)
	return false
}

func (l *Log) take() (batch []byte, seq uint64, waiting *flush) {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch, l.pending, l.spare = l.pending, l.spare, nil
	waiting, l.waiting = l.waiting, nil
	l.busy = time.Now()
	return batch, l.queued, waiting
}

// rest notes that the disk has answered.
func (l *Log) rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = time.Time{}
}

// stalled is an error when the disk has not answered for too long. The caller holds the lock.
func (l *Log) stalled() error {
	if l.busy.IsZero() || time.Since(l.busy) < stallLimit {
		return nil
	}
	return errStalled
}

// errStalled is for whoever waited for the disk, and for those who come after: they need not wait to know.
var errStalled = fmt.Errorf("%w: the disk has not answered for %v", ErrLog, stallLimit)

// spareLimit bounds the buffer that is kept, in bytes: what a slow disk once made of it need not stay.
const spareLimit = 1 << 20

// recycle keeps the buffer of a batch that is written.
func (l *Log) recycle(batch []byte) {
	if cap(batch) > spareLimit {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = batch[:0]
}

// put appends a batch to the disk, which may have broken for good.
func (l *Log) put(batch []byte) error {
	l.mu.Lock()
	broken, failed := l.broken, l.failed
	l.mu.Unlock()
	if broken {
		return failed
	}
	if err := l.disk.append(batch, l.config.Now()); err != nil {
		return fmt.Errorf("%w: %w", ErrLog, err)
	}
	return nil
}

// keep puts a batch that could not be written back in front: nothing that was decided goes unrecorded once the disk
// takes records again.
func (l *Log) keep(batch []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = append(batch, l.pending...)
}

// breakDown ends the log for good after a flush that failed: the system may have dropped the pages, and a second
// flush that succeeds would prove nothing.
func (l *Log) breakDown(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.broken {
		close(l.dead)
	}
	l.failed, l.broken = err, true
}

// settle tells those who waited, and notes how far the disk is or why it is no further.
func (l *Log) settle(durable uint64, waiting *flush, err error) {
	l.mu.Lock()
	l.durable = max(l.durable, durable)
	if !l.broken {
		l.failed = err
	}
	l.mu.Unlock()
	if waiting != nil {
		waiting.end(err)
	}
}
