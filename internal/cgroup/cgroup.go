// Package cgroup reads how much memory the control group of this process may use, so that Go's collector works harder
// before the kernel ends the process. A module that does it exists (automemlimit); it brings three more, for what are
// two files to read.
package cgroup

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// unlimited is where version 1 has numbers that mean none: the largest int64, rounded down to a page.
const unlimited = 1 << 60

// Memory is the smallest limit, in bytes, among the process's group and those above it; false when there is none. The
// file system is the machine's root.
//
// Source: Linux kernel documentation, "Control Group v2", memory.max; cgroup-v1, "Memory Resource Controller".
func Memory(root fs.FS) (limit int64, ok bool) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		hierarchy, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, found := strings.Cut(rest, ":")
		var n int64
		switch {
		case found && hierarchy == "0" && controllers == "":
			n = smallest(root, "sys/fs/cgroup", group, "memory.max")
		case found && memoryAmong(controllers):
			n = smallest(root, "sys/fs/cgroup/memory", group, "memory.limit_in_bytes")
		}
		if n > 0 && (limit == 0 || n < limit) {
			limit = n
		}
	}
	return limit, limit > 0
}

func memoryAmong(controllers string) bool {
	for c := range strings.SplitSeq(controllers, ",") {
		if c == "memory" {
			return true
		}
	}
	return false
}

// smallest walks from a group up to the mount's root. In a container the group's own path may not be there: what is
// mounted is then its root.
func smallest(root fs.FS, mount, group, name string) (limit int64) {
	for group = path.Clean("/" + group); ; group = path.Dir(group) {
		text, err := fs.ReadFile(root, path.Join(mount, group, name))
		n, parsed := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is no number
		if err == nil && parsed == nil && n > 0 && n < unlimited && (limit == 0 || n < limit) {
			limit = n
		}
		if group == "/" {
			return limit
		}
	}
}
