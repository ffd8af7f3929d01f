package token_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/token"
)

const poll = time.Second

func TestNewKeyWaitsForTwoPolls(t *testing.T) {
	a, b := token.NewKey(1, noon, poll), token.NewKey(2, noon, 0)
	if !a.Created.Equal(noon) || !a.Activated.Equal(noon.Add(2*poll)) || !b.Activated.Equal(noon) {
		t.Errorf("got %+v, %+v", a, b)
	}
	if a.Secret == b.Secret || a.Secret == (token.Secret{}) {
		t.Error("secrets are not random")
	}
}

func TestPhases(t *testing.T) {
	first, second := key(1, noon), key(2, noon.Add(24*time.Hour))
	at := func(d time.Duration) map[token.KeyID]token.Phase {
		return token.Phases([]token.Key{second, first}, noon.Add(24*time.Hour+d))
	}
	for _, c := range []struct {
		at            time.Duration
		first, second token.Phase
	}{
		{-25 * time.Hour, token.Prepared, token.Prepared},
		{-24 * time.Hour, token.Sealing, token.Prepared},
		{-1, token.Sealing, token.Prepared},
		{0, token.Opening, token.Sealing},
		{token.OpenFor - 1, token.Opening, token.Sealing},
		{token.OpenFor, token.Stale, token.Sealing},
		{token.OpenFor + token.StaleFor - 1, token.Stale, token.Sealing},
		{token.OpenFor + token.StaleFor, token.Retired, token.Sealing},
	} {
		if diff := cmp.Diff(map[token.KeyID]token.Phase{1: c.first, 2: c.second}, at(c.at)); diff != "" {
			t.Errorf("at %v: %s", c.at, diff)
		}
	}
}

func TestNeedsKey(t *testing.T) {
	keys := []token.Key{key(2, noon), key(1, noon.Add(-time.Hour))}
	for at, want := range map[time.Duration]bool{0: false, 24*time.Hour - 2*poll - 1: false, 24*time.Hour - 2*poll: true, 48 * time.Hour: true} {
		if got := token.NeedsKey(keys, noon.Add(at), poll); got != want {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
	if !token.NeedsKey(nil, noon, poll) {
		t.Error("an empty ring needs no key")
	}
}

// TestRotationLosesNoToken lets two nodes that read the keys up to a poll late seal for five days, and each
// opens what the other sealed, for as long as it lives.
func TestRotationLosesNoToken(t *testing.T) {
	const slow = 10 * time.Minute // a slow poll, to see its edges
	keys := []token.Key{token.NewKey(1, noon, 0)}
	seen := func(now time.Time, lag time.Duration) *token.Ring {
		var known []token.Key
		for _, k := range keys {
			if phase := token.Phases(keys, now)[k.ID]; !k.Created.After(now.Add(-lag)) || len(known) == 0 {
				if phase != token.Retired {
					known = append(known, k)
				}
			}
		}
		return ring(t, known...)
	}
	type issued struct {
		text string
		at   time.Time
	}
	var tokens []issued
	for step := time.Duration(0); step < 5*24*time.Hour; step += 5 * time.Minute {
		now := noon.Add(step)
		if token.NeedsKey(keys, now, slow) {
			keys = append(keys, token.NewKey(keys[len(keys)-1].ID+1, now, slow))
		}
		prompt, late := seen(now, 0), seen(now, slow)
		c := login()
		c.IssuedAt, c.ExpiresAt = now, now.Add(token.MaxLifetime)
		for _, r := range []*token.Ring{prompt, late} {
			tokens = append(tokens, issued{sealPassword(t, r, c), now})
		}
		for len(tokens) > 0 && !now.Before(tokens[0].at.Add(token.MaxLifetime)) {
			tokens = tokens[1:]
		}
		for i := 0; i < len(tokens); i += max(1, len(tokens)/8) {
			for _, r := range []*token.Ring{prompt, late} {
				if _, err := r.OpenPassword(tokens[i].text, now); err != nil {
					t.Fatalf("at %v, issued %v ago: %v", step, now.Sub(tokens[i].at), err)
				}
			}
		}
	}
	if len(keys) != 6 && len(keys) != 5 {
		t.Errorf("%d keys in five days", len(keys))
	}
}

// TestOldKeySealsNothingNew: a key that stopped sealing tells its old tokens from forged ones, and makes no
// new ones, also for a thief.
func TestOldKeySealsNothingNew(t *testing.T) {
	stolen := ring(t, key(1, noon))
	now := ring(t, key(1, noon), key(2, noon.Add(24*time.Hour)))
	c := login()
	c.IssuedAt = noon.Add(24*time.Hour + token.Skew)
	c.ExpiresAt = c.IssuedAt.Add(time.Hour)
	got, err := now.OpenPassword(sealPassword(t, stolen, c), c.IssuedAt)
	forged(t, got, err)

	c.IssuedAt = c.IssuedAt.Add(-time.Second) // by a node that has not yet heard of the second key
	if _, err := now.OpenPassword(sealPassword(t, stolen, c), c.IssuedAt); err != nil {
		t.Error(err)
	}
	if _, err := now.OpenPassword(sealPassword(t, stolen, login()), noon.Add(30*24*time.Hour)); err != token.ErrExpired {
		t.Errorf("an old login is %v, want expired", err)
	}
	early := login()
	early.IssuedAt, early.ExpiresAt = noon.Add(-time.Second), noon.Add(time.Hour)
	forgedEarly := ring(t, key(1, noon.Add(-time.Hour)))
	got, err = now.OpenPassword(sealPassword(t, forgedEarly, early), noon)
	forged(t, got, err)
}

// TestRemovedKeyRefusesAtOnce is the emergency: without its key, a token is noise.
func TestRemovedKeyRefusesAtOnce(t *testing.T) {
	text := sealPassword(t, ring(t, key(1, noon)), login())
	got, err := ring(t, key(2, noon)).OpenPassword(text, noon)
	forged(t, got, err)
}

func TestKeysThatStartTogether(t *testing.T) {
	r, high := ring(t, key(2, noon), key(1, noon)), ring(t, key(2, noon))
	if _, err := high.OpenPassword(sealPassword(t, r, login()), noon); err != nil {
		t.Errorf("the lower id seals: %v", err)
	}
}
