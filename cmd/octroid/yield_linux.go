package main

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// lowest is the priority of who lets everybody else go first.
const lowest = 19

// yield lets the service go first that runs on the same machine. A priority is a thread's, and a new thread has that of
// the one that made it. Where it cannot be lowered nothing is lost but time.
func yield() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, lowest)
		}
	}
}
