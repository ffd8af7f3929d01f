package token

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
)

var (
	// ErrKeys is for keys that make no ring.
	ErrKeys = errors.New("token keys make no ring")

	// ErrNoKey is for a time at which no key of the ring seals yet.
	ErrNoKey = errors.New("no token key seals yet")
)

// label separates these tokens from whatever else the same secret might once be used for.
const label = "octroi token 1"

// Ring is an immutable set of keys of one deployment, safe for concurrent use. At each moment one of them
// seals; the others open what they sealed. A ring with other keys is another ring.
type Ring struct {
	deployment string
	keys       []Key // by Activated, without their secrets
	ready      map[KeyID]*readyKey
	decoy      *readyKey // what a token of an unknown key is checked against
}

// NewRing makes a ring for the tokens of a deployment. The deployment's id is part of every token: two
// deployments that shared a key would still refuse each other's.
func NewRing(deployment string, keys []Key) (*Ring, error) {
	if deployment == "" || len(deployment) > maxField {
		return nil, fmt.Errorf("%w: deployment id has no or too many characters", ErrKeys)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: there are none", ErrKeys)
	}
	r := &Ring{deployment: deployment, keys: inOrder(keys), ready: make(map[KeyID]*readyKey)}
	var failed error
	for i, k := range r.keys {
		if k.ID == 0 || r.ready[k.ID] != nil || k.Secret == (Secret{}) || k.Activated.IsZero() {
			return nil, fmt.Errorf("%w: key %v is incomplete or there twice", ErrKeys, k.ID)
		}
		ready, err := newReadyKey(deployment, k.Secret)
		ready.activated, ready.stopped = k.Activated, stopped(r.keys, i)
		r.ready[k.ID] = ready
		r.keys[i].Secret = Secret{}
		failed = errors.Join(failed, err)
	}
	var nobody Secret
	rand.Read(nobody[:])
	var err error
	r.decoy, err = newReadyKey(deployment, nobody)
	return r, errors.Join(failed, err)
}

// Format names the ring and none of its keys, whatever the verb.
func (r *Ring) Format(w fmt.State, _ rune) { io.WriteString(w, "token.Ring("+redacted+")") }
