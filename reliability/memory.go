package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// resident is how much memory of a process is in RAM, in bytes.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, &cannotRun{"the memory of a process is read from /proc, which is not here"}
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("process %d is gone", pid)
}

// peak watches a process and remembers the most that it had in RAM.
type peak struct {
	stop chan struct{}
	done sync.WaitGroup
	most int64
}

func watch(pid int) *peak {
	p := &peak{stop: make(chan struct{})}
	p.done.Go(func() {
		for {
			if n, err := resident(pid); err == nil {
				p.most = max(p.most, n)
			}
			select {
			case <-p.stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return p
}

// end stops watching and returns the most.
func (p *peak) end() int64 {
	close(p.stop)
	p.done.Wait()
	return p.most
}

// processorTime is what a process has used of all processors, since its start.
func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[strings.LastIndex(string(text), ")")+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	const tick = time.Second / 100 // what the kernel shows it in, whatever it counts in
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}
