package cgroup_test

import (
	"testing"
	"testing/fstest"

	"github.com/octroi/octroi/internal/cgroup"
)

// FuzzMemory: whatever the two files say, a limit is a positive number that one of them holds.
func FuzzMemory(f *testing.F) {
	f.Add("0::/\n", "268435456\n")
	f.Add("5:cpu,memory:/../..//x\n0::\n", "max\n")
	f.Add("0::/a\x00b\n", "-1")
	f.Fuzz(func(t *testing.T, group, limit string) {
		root := fstest.MapFS{"proc/self/cgroup": {Data: []byte(group)}, "sys/fs/cgroup/memory.max": {Data: []byte(limit)},
			"sys/fs/cgroup/memory/memory.limit_in_bytes": {Data: []byte(limit)}}
		n, ok := cgroup.Memory(root)
		if ok != (n > 0) || n >= 1<<60 {
			t.Fatalf("a limit of %d, %v", n, ok)
		}
	})
}
