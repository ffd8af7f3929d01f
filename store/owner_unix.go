//go:build unix

package store

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

func ownedByUs(path string, info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user: run chown %d %s", path, os.Geteuid(), path)
	}
	return nil
}
