package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
	"time"
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

// readyKey is a key with all that is derived from it, and its time.
type readyKey struct {
	activated, stopped time.Time // stopped is zero while there is no successor
	suites             [purposes]suite
}

// suite seals and opens for one purpose.
type suite struct {
	seal cipher.AEAD
	macs *sync.Pool // of hash.Hash, keyed with the commit key
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
	for i, k := range r.keys {
		if k.ID == 0 || r.ready[k.ID] != nil || k.Secret == (Secret{}) || k.Activated.IsZero() {
			return nil, fmt.Errorf("%w: key %v is incomplete or there twice", ErrKeys, k.ID)
		}
		ready, err := newReadyKey(deployment, k.Secret)
		if err != nil {
			return nil, err
		}
		ready.activated, ready.stopped = k.Activated, stopped(r.keys, i)
		r.ready[k.ID] = ready
		r.keys[i].Secret = Secret{}
	}
	var nobody Secret
	rand.Read(nobody[:])
	var err error
	r.decoy, err = newReadyKey(deployment, nobody)
	return r, err
}

// Format names the ring and none of its keys, whatever the verb.
func (r *Ring) Format(w fmt.State, _ rune) { io.WriteString(w, "token.Ring("+redacted+")") }

func newReadyKey(deployment string, secret Secret) (*readyKey, error) {
	k := &readyKey{}
	for i := range k.suites {
		var err error
		if k.suites[i], err = newSuite(deployment, Purpose(i+1), secret); err != nil {
			return nil, fmt.Errorf("derive token keys: %w", err)
		}
	}
	return k, nil
}

func newSuite(deployment string, p Purpose, secret Secret) (suite, error) {
	context := func(use string) string {
		return string(appendField(appendContext(nil, deployment, p), use))
	}
	sealKey, err := hkdf.Key(sha256.New, secret[:], nil, context("seal"), 32)
	if err != nil {
		return suite{}, err
	}
	commitKey, err := hkdf.Key(sha256.New, secret[:], nil, context("commit"), 32)
	if err != nil {
		return suite{}, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return suite{}, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return suite{}, err
	}
	return suite{gcm, &sync.Pool{New: func() any { return hmac.New(sha256.New, commitKey) }}}, nil
}

// appendContext writes what a token is bound to besides its own header.
func appendContext(b []byte, deployment string, p Purpose) []byte {
	b = appendField(b, label)
	b = appendField(b, deployment)
	return append(b, byte(p))
}

// commitment is the MAC that ties a box to one key, and to all that it is bound to.
func (s suite) commitment(bound, box []byte) (out [sha256.Size]byte) {
	mac := s.macs.Get().(hash.Hash)
	mac.Reset()
	mac.Write(bound)
	mac.Write(box)
	mac.Sum(out[:0])
	s.macs.Put(mac)
	return out
}
