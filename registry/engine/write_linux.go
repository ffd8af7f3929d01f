package engine

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginWriting has the system begin to write a part of a file, and does not wait. It is no flush, and promises nothing:
// where it cannot be done nothing is lost but time.
func beginWriting(f *os.File, offset, size int64) {
	_ = unix.SyncFileRange(int(f.Fd()), offset, size, unix.SYNC_FILE_RANGE_WRITE)
}
