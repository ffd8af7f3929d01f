//go:build unix

package hosts

import "syscall"

// A FIFO without a writer would be waited for without end.
const nonblock = syscall.O_NONBLOCK

const writableByOthers = 0o022
