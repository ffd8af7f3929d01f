package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"sync"

	"github.com/octroi/octroi/principal"
)

// derivation is all that a signing key depends on. The secret is part of it, so that a secret that was
// changed can never find the key that was derived from the old one: nobody has to remember to drop it.
type derivation struct {
	id                   principal.AccessKeyID
	secret               principal.Secret
	day, region, service string
}

// derive makes the signing key: four HMACs, and the reason for the cache.
func (d derivation) derive() [sha256.Size]byte {
	key := sum([]byte("AWS4"+d.secret.Reveal()), []byte(d.day))
	key = sum(key[:], []byte(d.region))
	key = sum(key[:], []byte(d.service))
	return sum(key[:], []byte(terminator))
}

func sum(key, text []byte) (out [sha256.Size]byte) {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	mac.Sum(out[:0])
	return out
}

// usualText is how long a string to sign is at most, when a region's name is not of unusual length.
const usualText = 192

// signature is HMAC-SHA256 under a signing key, which is shorter than a block. crypto/hmac would say the same, and puts
// seven pieces on the heap to do so: a quarter of all that a request leaves to be collected. To keep one of them ready
// for each signing key takes ten times the memory of the key, and a stranger decides how many keys there are.
//
// Source: RFC 2104, section 2.
func signature(key [sha256.Size]byte, text []byte) [sha256.Size]byte {
	var inner [sha256.BlockSize + usualText]byte
	var outer [sha256.BlockSize + sha256.Size]byte
	copy(inner[:], key[:])
	copy(outer[:], key[:])
	for i := range sha256.BlockSize {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	sum := sha256.Sum256(append(inner[:sha256.BlockSize], text...))
	copy(outer[sha256.BlockSize:], sum[:])
	return sha256.Sum256(outer[:])
}

// generation is how many keys a generation of the cache holds: 4 MiB at most, when so many callers come in a day.
const generation = 1 << 14

// derivedKeys remembers signing keys, in two generations: a full young one becomes the old one, and what is
// asked for again moves back to the young one. That bounds it without a list to keep, and a stranger who
// fills it with key ids that do not exist costs others one derivation each, no more. The zero value is empty.
type derivedKeys struct {
	mu         sync.RWMutex
	young, old map[derivation][sha256.Size]byte
}

// key answers the signing key of d from memory, or derives it.
func (k *derivedKeys) key(d derivation) [sha256.Size]byte {
	k.mu.RLock()
	key, young := k.young[d]
	var old bool
	if !young {
		key, old = k.old[d]
	}
	k.mu.RUnlock()
	if young {
		return key
	}
	if !old {
		key = d.derive()
	}
	k.keep(d, key)
	return key
}

// keep copies the texts: they are parts of a header that must not stay alive for them.
func (k *derivedKeys) keep(d derivation, key [sha256.Size]byte) {
	d.id = principal.AccessKeyID(strings.Clone(string(d.id)))
	d.day, d.region, d.service = strings.Clone(d.day), strings.Clone(d.region), strings.Clone(d.service)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.young == nil || len(k.young) >= generation {
		k.old, k.young = k.young, make(map[derivation][sha256.Size]byte)
	}
	k.young[d] = key
}
