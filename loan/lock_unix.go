//go:build unix

package loan

import (
	"os"
	"syscall"
)

// lock takes the lock of an open file, if nobody has it. It ends with the file, also when the process is killed.
func lock(file *os.File) error {
	for {
		switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return errHeld
		default:
			return err
		}
	}
}
