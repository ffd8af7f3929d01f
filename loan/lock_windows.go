package loan

import (
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// Source: Windows API, LockFileEx: LOCKFILE_FAIL_IMMEDIATELY, LOCKFILE_EXCLUSIVE_LOCK, ERROR_LOCK_VIOLATION.
const (
	immediately   = 1
	exclusive     = 2
	lockViolation = syscall.Errno(33)
)

// lock takes the lock of an open file, if nobody has it. It ends with the file. golang.org/x/sys has the call with
// types; the small binary does without modules.
func lock(file *os.File) error {
	ok, _, err := lockFileEx.Call(file.Fd(), immediately|exclusive, 0, 1, 0, uintptr(unsafe.Pointer(new(syscall.Overlapped))))
	if ok != 0 {
		return nil
	}
	if err == lockViolation {
		return errHeld
	}
	return err
}
