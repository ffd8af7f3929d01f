package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// group is a control group of the kernel that a node runs in, with a limit of memory.
//
// Source: Linux kernel documentation, "Control Group v2", memory; cgroup-v1, "Memory Resource Controller".
type group struct {
	path   string
	second bool // of version 2
}

const groupRoot = "/sys/fs/cgroup"

// newGroup makes a group with that limit, in bytes, or says why this machine has none for us. Remove it.
func newGroup(limit int64) (*group, error) {
	g := &group{}
	name := fmt.Sprintf("octroi-reliability-%d-%d", os.Getpid(), time.Now().UnixNano())
	if text, err := os.ReadFile(filepath.Join(groupRoot, "cgroup.subtree_control")); err == nil {
		if !strings.Contains(" "+strings.TrimSpace(string(text))+" ", " memory ") {
			return nil, &cannotRun{"the control groups of this machine do not limit memory"}
		}
		g.path, g.second = filepath.Join(groupRoot, name), true
	} else {
		g.path = filepath.Join(groupRoot, "memory", name)
	}
	if err := os.Mkdir(g.path, 0o755); err != nil {
		return nil, &cannotRun{"no control group can be made: " + err.Error()}
	}
	if g.second {
		_ = g.write("memory.swap.max", 0) // there may be no swap to forbid
		return g, g.write("memory.max", limit)
	}
	err := g.write("memory.limit_in_bytes", limit)
	_ = g.write("memory.memsw.limit_in_bytes", limit)
	return g, err
}

func (g *group) write(name string, n int64) error {
	return os.WriteFile(filepath.Join(g.path, name), []byte(strconv.FormatInt(n, 10)), 0o644)
}

// wrap is a command that starts a program in the group.
func (g *group) wrap() []string {
	return []string{"sh", "-c", `echo $$ >"$0" && exec "$@"`, filepath.Join(g.path, "cgroup.procs")}
}

// remove removes the group, whose last process may still be on its way out.
func (g *group) remove() (err error) {
	for range 50 {
		if err = os.Remove(g.path); err == nil || errors.Is(err, os.ErrNotExist) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// kills is how many processes of the group the kernel has ended for want of memory.
func (g *group) kills() (int, error) {
	name := "memory.oom_control"
	if g.second {
		name = "memory.events"
	}
	return g.number(name, "oom_kill ")
}

// most is the most memory that the group had, in bytes, the system's copies of files in it; zero when it is not told.
func (g *group) most() int64 {
	name := "memory.max_usage_in_bytes"
	if g.second {
		name = "memory.peak"
	}
	n, _ := g.number(name, "")
	return int64(n)
}

// number is the number behind a word in one of the group's files.
func (g *group) number(name, word string) (int, error) {
	text, err := os.ReadFile(filepath.Join(g.path, name))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, word); ok {
			return strconv.Atoi(strings.TrimSpace(rest))
		}
	}
	return 0, fmt.Errorf("%s of the control group says nothing of %q", name, word)
}
