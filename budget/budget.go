package budget

import (
	"hash/maphash"
	"sync"
	"time"
)

// Table holds the budgets of many keys. A nil Table has no limit. It is safe for concurrent use.
//
// A budget is one number, the time at which it will be whole again (the generic cell rate algorithm): a limiter with
// its own lock and clock for each key, in a map with a list of the least used beside it, would take ten times the
// memory and have to be swept.
type Table struct {
	seed     maphash.Seed
	interval time.Duration // in which one is earned
	depth    time.Duration // how far a budget may be spent
	start    time.Time     // its monotonic reading is the table's zero: a wall clock that jumps must not give or take
	rows     [rows]row
}

// The table's size: 65,536 budgets, 1 MiB of which the system gives only what is touched.
const (
	rows = 1 << 13
	ways = 8
)

// row is the budgets of the keys that fall into it.
type row struct {
	mu      sync.Mutex
	entries [ways]entry
}

// entry is the budget of a key. The key itself is not kept: its hash is keyed, so that nobody can choose keys that meet.
type entry struct {
	hash  uint64
	whole time.Duration // when the budget is whole again
}

// New makes a table of budgets that earn rate a second, up to burst. It is nil, without a limit, when either is zero.
func New(rate, burst int) *Table {
	if rate <= 0 || burst <= 0 {
		return nil
	}
	interval := time.Second / time.Duration(rate)
	return &Table{seed: maphash.MakeSeed(), interval: interval, depth: interval * time.Duration(burst), start: time.Now()}
}

// Take spends one of the key's budget. When that is used up it spends nothing, and says how long to wait.
func (t *Table) Take(key string) (wait time.Duration, ok bool) {
	if t == nil {
		return 0, true
	}
	hash, now := maphash.String(t.seed, key), time.Since(t.start)
	r := &t.rows[hash%rows]
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.find(hash)
	whole := max(e.whole, now) + t.interval
	if over := whole - now - t.depth; over > 0 {
		return over, false
	}
	e.whole = whole
	return 0, true
}

// find is the entry of a hash, or the one that it takes the place of: that whose budget is the fullest. Who has spent
// nothing lately loses nothing by being forgotten, and who is refused stays refused however many others come.
func (r *row) find(hash uint64) *entry {
	fullest := &r.entries[0]
	for i := range r.entries {
		e := &r.entries[i]
		if e.hash == hash {
			return e
		}
		if e.whole < fullest.whole {
			fullest = e
		}
	}
	*fullest = entry{hash: hash}
	return fullest
}
