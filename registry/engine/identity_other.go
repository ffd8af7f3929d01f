//go:build !linux

package engine

import (
	"io/fs"
	"os"
)

// identify knows no state of a file here: every blob is hashed whenever it is served.
func identify(*os.File) (identity, bool) { return identity{}, false }

// names is how many names a file has, which is not asked here.
func names(fs.FileInfo) uint64 { return 1 }
