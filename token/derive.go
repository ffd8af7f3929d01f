package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"hash"
	"sync"
	"time"

	"github.com/octroi/octroi/principal"
)

// readyKey is a key with all that is derived from it, and its time.
type readyKey struct {
	activated, stopped time.Time // stopped is zero while there is no successor
	suites             [purposes]suite
	secrets            macs // of the access keys of sessions
}

// suite seals and opens for one purpose.
type suite struct {
	seal cipher.AEAD
	macs macs // under the commit key
}

func newReadyKey(deployment string, secret Secret) (*readyKey, error) {
	k := &readyKey{}
	var failed error
	for i := range k.suites {
		var err error
		k.suites[i], err = newSuite(deployment, Purpose(i+1), secret)
		failed = errors.Join(failed, err)
	}
	key, err := derive(deployment, Session, "access key", secret)
	k.secrets = newMACs(key)
	return k, errors.Join(failed, err)
}

// newSuite tries every step: none of them can fail for 32 bytes, and a key of nothing fails the next one.
func newSuite(deployment string, p Purpose, secret Secret) (suite, error) {
	sealKey, sealErr := derive(deployment, p, "seal", secret)
	commitKey, commitErr := derive(deployment, p, "commit", secret)
	block, blockErr := aes.NewCipher(sealKey)
	gcm, gcmErr := cipher.NewGCMWithRandomNonce(block)
	return suite{gcm, newMACs(commitKey)}, errors.Join(sealErr, commitErr, blockErr, gcmErr)
}

// derive is the key for a use within a purpose.
func derive(deployment string, p Purpose, use string, secret Secret) ([]byte, error) {
	return hkdf.Key(sha256.New, secret[:], nil, string(appendField(appendContext(nil, deployment, p), use)), 32)
}

// appendContext writes what a token is bound to besides its own header.
func appendContext(b []byte, deployment string, p Purpose) []byte {
	b = appendField(b, label)
	b = appendField(b, deployment)
	return append(b, byte(p))
}

// macs is HMAC-SHA256 under one key, used again and again.
type macs struct{ pool *sync.Pool }

// mac is one of them, with the place for its sum: some are secrets, and none stays there.
type mac struct {
	hash.Hash
	sum [sha256.Size]byte
}

func newMACs(key []byte) macs {
	return macs{&sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}}
}

func (m macs) sum(texts ...[]byte) (out [sha256.Size]byte) {
	mac := m.pool.Get().(*mac)
	mac.Reset()
	for _, text := range texts {
		mac.Write(text)
	}
	mac.Sum(mac.sum[:0])
	out = mac.sum
	clear(mac.sum[:])
	m.pool.Put(mac)
	return out
}

// commitment is the MAC that ties a box to one key, and to all that it is bound to.
func (s suite) commitment(bound, box []byte) [sha256.Size]byte { return s.macs.sum(bound, box) }

// secretOf is the secret of the access key that goes with a session token: 40 characters of base32, as every other's.
func (k *readyKey) secretOf(id principal.AccessKeyID, raw []byte) principal.Secret {
	sum := k.secrets.sum(appendField(nil, string(id)), raw)
	return principal.NewSecretFrom(base32.StdEncoding.EncodeToString(sum[:25]))
}
