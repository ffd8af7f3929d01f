package cgroup_test

import (
	"testing"
	"testing/fstest"

	"github.com/octroi/octroi/internal/cgroup"
)

func TestMemory(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int64 // zero: no limit
	}{
		{"no proc", nil, 0},
		{"v2", map[string]string{"proc/self/cgroup": "0::/system.slice/octroid.service\n", "sys/fs/cgroup/system.slice/octroid.service/memory.max": "268435456\n"}, 256 << 20},
		{"v2, in a container", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "268435456\n"}, 256 << 20},
		{"v2, the slice is smaller", map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "1000000\n", "sys/fs/cgroup/a/memory.max": "500000\n"}, 500_000},
		{"v2, none", map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, 0},
		{"v1", map[string]string{"proc/self/cgroup": "5:cpu,memory:/docker/x\n", "sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes": "1000000\n"}, 1_000_000},
		{"v1, in a container", map[string]string{"proc/self/cgroup": "5:memory:/docker/x\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000000\n"}, 1_000_000},
		{"v1, none", map[string]string{"proc/self/cgroup": "5:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0},
		{"a path that climbs", map[string]string{"proc/self/cgroup": "0::/../../a\n", "sys/fs/cgroup/a/memory.max": "7\n"}, 7},
		{"nonsense", map[string]string{"proc/self/cgroup": "x\n0:\n::\n0::/\n", "sys/fs/cgroup/memory.max": "-1\n"}, 0},
	} {
		root := fstest.MapFS{}
		for name, text := range c.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if got, ok := cgroup.Memory(root); got != c.want || ok != (c.want > 0) {
			t.Errorf("%s: %d, %v; want %d", c.name, got, ok, c.want)
		}
	}
}
