//go:build !linux

package priority

// Yield does nothing here.
func Yield() {}
