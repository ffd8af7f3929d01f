//go:build !linux

package backup

import "os"

func writeBack(f *os.File) error { return f.Sync() }
