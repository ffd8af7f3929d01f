//go:build !linux

package engine

import "os"

// beginWriting leaves when to begin to the system.
func beginWriting(*os.File, int64, int64) {}
