//go:build unix

package awsconfig

import "syscall"

const (
	nonblock         = syscall.O_NONBLOCK
	writableByOthers = 0o022
)
