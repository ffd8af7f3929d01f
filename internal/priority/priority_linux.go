package priority

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// lowest is the priority of who lets everybody else go first.
const lowest = 19

// Yield lets all other processes of the machine go first. A priority is a thread's, and a new thread has that of
// the one that made it. Where it cannot be lowered nothing is lost but time.
func Yield() {
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
