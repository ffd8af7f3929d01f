package engine

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
)

// Writer opens a file for writing. Its Commit flushes; its Close does, too, when anything was written that its client is
// told of.
func (d *disk) Writer(ctx context.Context, path string, appending bool) (storagedriver.FileWriter, error) {
	w := &diskWriter{disk: d, ctx: ctx, path: path}
	err := d.change(ctx, func() error { return w.open(appending) })
	if err != nil {
		return nil, err
	}
	return w, nil
}

// diskWriter is a file that is written. It is for one goroutine.
type diskWriter struct {
	disk *disk
	ctx  context.Context
	path string

	file   *os.File
	buffer *bufio.Writer
	size   int64
	begun  int64 // the system has been told to write what comes before
	owing  bool  // something was written that is not flushed
	done   bool  // committed, cancelled or closed: nothing more is written
	closed bool
}

// errDone is for a write after the end, which Distribution never makes.
var errDone = errors.New("the file is written already")

func (w *diskWriter) open(appending bool) error {
	if !storagedriver.PathRegexp.MatchString(w.path) {
		return storagedriver.InvalidPathError{Path: w.path, DriverName: driverName}
	}
	place := filepath.Join(w.disk.root, w.path)
	if err := os.MkdirAll(filepath.Dir(place), 0o777); err != nil {
		return err
	}
	how := os.O_WRONLY | os.O_CREATE
	if !appending {
		how |= os.O_TRUNC
	}
	f, err := os.OpenFile(place, how, 0o666)
	if err != nil {
		return err
	}
	if w.size, err = f.Seek(0, io.SeekEnd); err != nil {
		return errors.Join(err, f.Close())
	}
	w.file, w.buffer, w.begun = f, bufio.NewWriter(f), w.size
	w.continues(place)
	return nil
}

// continues notes when nobody has kept the state of the hash of what is there.
func (w *diskWriter) continues(place string) {
	t := troubleOf(w.ctx)
	if t == nil || w.size == 0 || !passing(w.path) {
		return
	}
	info, err := os.Stat(filepath.Join(filepath.Dir(place), "hashstates", "sha256", strconv.FormatInt(w.size, 10)))
	if err != nil || info.Size() == 0 {
		t.mark(&t.gap)
	}
}

// Size is what is in the file, and on the way to it, in bytes.
func (w *diskWriter) Size() int64 { return w.size }

func (w *diskWriter) Write(p []byte) (n int, err error) {
	if w.done {
		return 0, errDone
	}
	err = w.disk.change(w.ctx, func() error {
		n, err = w.buffer.Write(p)
		w.size, w.owing = w.size+int64(n), true
		return err
	})
	if err == nil && w.size-w.begun >= writePiece {
		beginWriting(w.file, w.begun, w.size-w.begun)
		w.begun = w.size
	}
	return n, err
}

// writePiece is after how many bytes the system is told to begin writing them. Else it keeps them all until the flush,
// for which the client waits, and the audit log's flushes with it.
const writePiece = 4 << 20

// Commit flushes.
func (w *diskWriter) Commit(ctx context.Context) error {
	if w.done {
		return errDone
	}
	w.done = true
	return w.disk.change(ctx, func() error {
		if err := w.buffer.Flush(); err != nil {
			return err
		}
		return w.file.Sync()
	})
}

// Close writes the rest, and flushes unless nobody will be told.
func (w *diskWriter) Close() error {
	if w.closed {
		return errDone
	}
	committed := w.done
	w.done, w.closed = true, true
	var err error
	if !committed && w.owing {
		if err = w.buffer.Flush(); err == nil && !cutOff(w.ctx, w.path) {
			err = w.file.Sync()
		}
	}
	return w.disk.judge(w.ctx, errors.Join(err, w.file.Close()))
}

// Cancel removes the file.
func (w *diskWriter) Cancel(context.Context) error {
	if w.closed {
		return errDone
	}
	w.done, w.closed = true, true
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}
