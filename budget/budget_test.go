package budget_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/octroi/octroi/budget"
)

// spend takes n and counts what it got.
func spend(t *budget.Table, key string, n int) (got int) {
	for range n {
		if _, ok := t.Take(key); ok {
			got++
		}
	}
	return got
}

func TestBurstThenRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(200, 400)
		if got := spend(b, "a", 1000); got != 400 {
			t.Errorf("a burst of %d, want 400", got)
		}
		if wait, ok := b.Take("a"); ok || wait != 5*time.Millisecond {
			t.Errorf("after the burst: %v, %v; want to wait 5ms", wait, ok)
		}
		if got := spend(b, "b", 1000); got != 400 {
			t.Errorf("another key has %d, want its own 400", got)
		}
		time.Sleep(time.Second)
		if got := spend(b, "a", 1000); got != 200 {
			t.Errorf("a second later: %d, want 200", got)
		}
		time.Sleep(time.Hour)
		if got := spend(b, "a", 1000); got != 400 {
			t.Errorf("an hour later: %d, want 400 and no more", got)
		}
	})
}

func TestNoLimit(t *testing.T) {
	for _, b := range []*budget.Table{nil, budget.New(0, 10), budget.New(10, 0)} {
		if got := spend(b, "a", 10_000); got != 10_000 {
			t.Errorf("got %d", got)
		}
	}
}

// D09, the memory: a million keys take no more than the table, and whoever is refused stays refused among them.
func TestHostileD09(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b := budget.New(1, 100)
		spend(b, "the one who floods", 100)
		for i := range 1_000_000 {
			b.Take(fmt.Sprint("key ", i))
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 2<<20 {
			t.Errorf("a million keys take %d bytes", grown)
		}
		if _, ok := b.Take("the one who floods"); ok {
			t.Error("a flood of other keys gives a spent budget back")
		}
	})
}

func TestPeer(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"192.0.2.77", "peer 192.0.2.0/24"}, {"::ffff:192.0.2.1", "peer 192.0.2.0/24"},
		{"2001:db8:1:2ff::1", "peer 2001:db8:1:200::/56"}, {"fe80::1%eth0", "peer fe80::/56"},
		{"", "peer?"}, {"example.com", "peer?"},
	} {
		if got := budget.Peer(c.address); got != c.want {
			t.Errorf("%q: %q, want %q", c.address, got, c.want)
		}
	}
}

func BenchmarkTake(b *testing.B) {
	t := budget.New(200, 400)
	for b.Loop() {
		t.Take("123456789012/AIDAEXAMPLE")
	}
}
