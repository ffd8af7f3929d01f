package audit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ErrLog reports that the audit log takes no records: nothing that needs one may happen.
var ErrLog = errors.New("the audit log cannot be written")

// pendingLimit bounds what waits to be written, in bytes: beyond it the disk is too slow, and callers are told.
const pendingLimit = 16 << 20

// stallLimit is how long a caller waits for the disk before it is told that there is no record: an answer of the whole
// service within two seconds.
const stallLimit = 1500 * time.Millisecond

// Config says where a log is, and when its file is put away.
type Config struct {
	Folder     string           // holds audit.jsonl, what was rotated, and the head
	Seed       [32]byte         // of the key that signs the head
	Deployment string           // whose log it is
	MaxBytes   int64            // of a file; DefaultMaxBytes if zero
	MaxAge     time.Duration    // of a file; DefaultMaxAge if zero
	Now        func() time.Time // time.Now if nil

	Flushed func(took time.Duration) // is told of each flush; nil: nobody is
}

// Format names the folder and nothing else, whatever the verb: the seed makes the key that signs.
func (c Config) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "audit.Config(%s)", c.Folder) }

// Rotation, when nothing is said.
const (
	DefaultMaxBytes = 256 << 20
	DefaultMaxAge   = 7 * 24 * time.Hour
)

// Log is the audit log. Records are appended in the order of their calls; one goroutine writes and flushes.
type Log struct {
	config Config
	disk   *disk // the writer's alone

	mu      sync.Mutex
	pending []byte        // records without the chain's members, a line each
	spare   []byte        // the buffer of the last batch, for the next but one
	queued  uint64        // records that were appended
	durable uint64        // records that are on disk
	failed  error         // why the last batch is not on disk; the next one that gets there clears it
	broken  bool          // a flush failed: failed stays
	dead    chan struct{} // closed with broken
	busy    time.Time     // since when the disk is at work; zero: it is not
	waiting *flush        // of what is pending; nil while nobody waits
	wake    chan struct{}
	done    chan struct{}
	closed  bool
}

// flush is what all wait for together who wait for one batch.
type flush struct {
	done    chan struct{}
	once    sync.Once
	err     error       // once done is closed
	stalled *time.Timer // ends it with an error when the disk does not answer
}

func newFlush() *flush {
	f := &flush{done: make(chan struct{})}
	f.stalled = time.AfterFunc(stallLimit, func() {
		f.tell(errStalled)
	})
	return f
}

// end tells those who wait how the flush ended, unless they have been told that it takes too long.
func (f *flush) end(err error) {
	f.stalled.Stop()
	f.tell(err)
}

func (f *flush) tell(err error) {
	f.once.Do(func() {
		f.err = err
		close(f.done)
	})
}

// Open opens or makes a log, its files 0600. It cuts off a last line that a crash left half written, which was never
// acknowledged. Errors: ErrNoHead, ErrCut, for a log that somebody has been at.
func Open(c Config) (*Log, error) {
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.MaxAge == 0 {
		c.MaxAge = DefaultMaxAge
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	d, err := openDisk(c)
	if err != nil {
		return nil, fmt.Errorf("opening the audit log in %s: %w", c.Folder, err)
	}
	return start(c, d), nil
}

// Format names the log and nothing in it, whatever the verb: some print what pointers point to.
func (l *Log) Format(w fmt.State, _ rune) { io.WriteString(w, "audit.Log(***)") }

func start(c Config, d *disk) *Log {
	l := &Log{config: c, disk: d, wake: make(chan struct{}, 1), done: make(chan struct{}), dead: make(chan struct{})}
	go l.write()
	return l
}

// Append queues a record. It does not wait for the disk. Errors: ErrLog.
func (l *Log) Append(r *Record) error {
	if r.ID == "" {
		r.ID = NewID()
	}
	var space [1536]byte
	line := append(appendRecord(space[:0], r), '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return fmt.Errorf("%w: it is closed", ErrLog)
	case l.broken:
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

// Sync returns when every record that was appended before the call is on disk, or the error that kept it off. A disk
// that takes longer than a second and a half is an error: ErrLog.
func (l *Log) Sync(ctx context.Context) error {
	l.mu.Lock()
	if l.durable >= l.queued || l.closed || l.broken {
		defer l.mu.Unlock()
		if l.durable >= l.queued {
			return l.failed
		}
		return errors.Join(l.failed, closedError(l.closed))
	}
	if err := l.stalled(); err != nil {
		l.mu.Unlock()
		return err
	}
	if l.waiting == nil {
		l.waiting = newFlush()
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

// Close writes what is queued, flushes and closes the files.
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
	return errors.Join(err, l.disk.close())
}

// Lag is how many records are not on disk yet.
func (l *Log) Lag() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.queued - l.durable
}

// Err is why the log takes no records now, or nil.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.failed, l.stalled())
}

// Broken is closed when a flush has failed. It stays so: what the system did with the pages nobody can know, and a
// service in that state should end.
func (l *Log) Broken() <-chan struct{} { return l.dead }

// NewID is a version 4 UUID, as AWS's request and event ids are.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var t [36]byte
	hex.Encode(t[0:8], b[0:4])
	hex.Encode(t[9:13], b[4:6])
	hex.Encode(t[14:18], b[6:8])
	hex.Encode(t[19:23], b[8:10])
	hex.Encode(t[24:36], b[10:16])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	return string(t[:])
}
