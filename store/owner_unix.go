//go:build unix

package store

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

func ownedByUs(path string, info fs.FileInfo) error {
	if uid, _, ok := owner(info); !ok || uid != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user: run chown %d %s", path, os.Geteuid(), path)
	}
	return nil
}

// owner is the user and the group that a file belongs to.
func owner(info fs.FileInfo) (uid, gid int, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(st.Uid), int(st.Gid), true
}
