package token

import (
	"slices"
	"time"
)

// A key's life, in times only: whoever keeps the rows calls these functions and writes or removes what they
// say. Created ... prepared ... Activated ... sealing ... (successor's Activated) ... opening ... stale.
const (
	// SealFor is how long a key seals before the next one does. Far fewer tokens than the 2^32 that a random
	// nonce is good for are sealed in it.
	SealFor = 24 * time.Hour

	// Skew is how far nodes may be apart, in their clocks and in what they have read of the ring. A node
	// stops serving when it has read nothing for half of it.
	Skew = 10 * time.Minute

	// OpenFor is how long a key opens tokens that are not over, after it stopped sealing.
	OpenFor = MaxSessionLifetime + 2*Skew

	// StaleFor is how long a key is kept after that. All its tokens are over; it is only there to tell an
	// old login, which must not block a pull that anybody may do, from a forged one. Were it stolen, what it
	// sealed now would not open: a token must be issued while its key seals.
	StaleFor = 30 * 24 * time.Hour
)

// Phase is where a key is in its life.
type Phase string

// The phases, in their order.
const (
	Prepared Phase = "prepared" // written, and not yet used: nodes are reading it
	Sealing  Phase = "sealing"  // makes new tokens
	Opening  Phase = "opening"  // opens tokens that are not over
	Stale    Phase = "stale"    // knows its tokens, all of which are over
	Retired  Phase = "retired"  // may be removed
)

// Phases tells the phase of each key at a time, by its id.
func Phases(keys []Key, now time.Time) map[KeyID]Phase {
	phases := make(map[KeyID]Phase, len(keys))
	keys = inOrder(keys)
	current := sealing(keys, now)
	for i, k := range keys {
		over := now.Sub(stopped(keys, i))
		switch {
		case i > current:
			phases[k.ID] = Prepared
		case i == current:
			phases[k.ID] = Sealing
		case over < OpenFor:
			phases[k.ID] = Opening
		case over < OpenFor+StaleFor:
			phases[k.ID] = Stale
		default:
			phases[k.ID] = Retired
		}
	}
	return phases
}

// NeedsKey says whether the next key is to be written now, so that it seals when the last one has sealed for
// SealFor. It is true for no keys at all.
func NeedsKey(keys []Key, now time.Time, poll time.Duration) bool {
	if len(keys) == 0 {
		return true
	}
	keys = inOrder(keys)
	last := keys[len(keys)-1]
	return !now.Before(last.Activated.Add(SealFor - 2*poll))
}

// inOrder is a copy of keys in the order in which they seal. Of two that start together, the higher id seals.
func inOrder(keys []Key) []Key {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b Key) int {
		if c := a.Activated.Compare(b.Activated); c != 0 {
			return c
		}
		return int(int64(a.ID) - int64(b.ID))
	})
	return keys
}

// sealing is the index of the key that seals at that time, -1 for none.
func sealing(inOrder []Key, at time.Time) int {
	for i := len(inOrder) - 1; i >= 0; i-- {
		if !at.Before(inOrder[i].Activated) {
			return i
		}
	}
	return -1
}

// stopped is when the key at i stops sealing, zero while it has no successor.
func stopped(inOrder []Key, i int) time.Time {
	if i+1 == len(inOrder) {
		return time.Time{}
	}
	return inOrder[i+1].Activated
}

// sealedAt says whether the key may have sealed at that time. A node that has not heard of the successor goes
// on sealing for Skew at most.
func (k *readyKey) sealedAt(t time.Time) bool {
	return !t.Before(k.activated.Truncate(time.Second)) && (k.stopped.IsZero() || t.Before(k.stopped.Add(Skew)))
}
