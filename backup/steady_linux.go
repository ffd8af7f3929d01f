package backup

import (
	"os"

	"golang.org/x/sys/unix"
)

// writeBack has the system write what a file's pages hold, and waits. Unlike a flush it makes no promise, and commits
// nothing of the file system's: the flush at the end does.
func writeBack(f *os.File) error {
	return unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WAIT_BEFORE|unix.SYNC_FILE_RANGE_WRITE|unix.SYNC_FILE_RANGE_WAIT_AFTER)
}
