//go:build unix

package server

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// restrictFileModes closes every file that this process makes to everybody else: the database driver and the engine
// make theirs with modes of their own.
func restrictFileModes() { unix.Umask(0o077) }

// lock keeps a second service off the same folder. The lock ends with the process.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("another octroid serves this folder (%s is locked)", path)
		}
		return nil, err
	}
	return f, nil
}

// errLocked is a file that somebody else has locked.
var errLocked = errors.New("somebody else has it")

// lockWhole locks a file for nobody else, if nobody has it. Errors: errLocked.
func lockWhole(path string) (*os.File, error) { return flock(path, unix.LOCK_EX|unix.LOCK_NB) }

// lockShared locks a file together with others, and waits for whoever has it alone.
func lockShared(path string) (*os.File, error) { return flock(path, unix.LOCK_SH) }

func flock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), how)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err == nil {
		return f, nil
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = errLocked
	}
	return nil, errors.Join(err, f.Close())
}

// openFiles is how many files this process may have open.
func openFiles() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > 1<<20 {
		return 1 << 20
	}
	return int(limit.Cur)
}
