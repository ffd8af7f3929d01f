package loan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"
)

const lockPrefix = "l-"

// errHeld reports a lock that another process has.
var errHeld = errors.New("another process has the lock")

// Lock waits for the lock on something, or for the end of the context. Whoever holds it is the one that asks for all.
func (f *Folder) Lock(ctx context.Context, about ...string) (unlock func(), err error) {
	if f == nil {
		return func() {}, nil
	}
	return f.lockFile(ctx, lockPrefix+f.name("lock", about...))
}

// TryLock does not wait.
func (f *Folder) TryLock(about ...string) (unlock func(), ok bool) {
	if f == nil {
		return func() {}, true
	}
	unlock, err := f.tryLock(lockPrefix + f.name("lock", about...))
	return unlock, err == nil
}

// lockFile asks again and again: a system call that waits for a lock cannot be told to stop.
func (f *Folder) lockFile(ctx context.Context, name string) (unlock func(), err error) {
	for pause := time.Millisecond; ; pause = min(2*pause, 20*time.Millisecond) {
		unlock, err := f.tryLock(name)
		if !errors.Is(err, errHeld) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, errHeld
		case <-time.After(pause):
		}
	}
}

// tryLock locks the file, and makes sure that it still has its name: prune removes files of locks that nobody holds,
// and two processes could otherwise hold locks on two files of one name.
func (f *Folder) tryLock(name string) (unlock func(), err error) {
	for range 100 {
		file, err := f.root.OpenFile(name, os.O_CREATE|os.O_RDWR|nonblock, 0o600)
		if err != nil {
			return nil, err
		}
		held, err := file.Stat()
		if err == nil && (!held.Mode().IsRegular() || !private(held)) {
			err = errTouched
		}
		if err == nil && held.Mode().Perm()&0o600 != 0o600 {
			err = file.Chmod(0o600) // a umask took the owner's bits
		}
		if err == nil {
			err = lock(file)
		}
		if err != nil {
			file.Close()
			return nil, err
		}
		now, err := f.root.Lstat(name)
		if err == nil && os.SameFile(held, now) {
			return func() { file.Close() }, nil
		}
		file.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil && !now.Mode().IsRegular() {
			return nil, errTouched
		}
	}
	return nil, errHeld
}
