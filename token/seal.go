package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
)

const (
	versionPlain   = 1
	versionSession = 2 // has Session among its claims

	headerSize = 1 + 4 + 8
	boxAt      = headerSize + sha256.Size
	boxMin     = 12 + 16 // nonce and tag

	// maxSealed bounds a text before it is decoded; the longest bearer is below it.
	maxSealed = 16 << 10
)

// encoding is strict, and still ignores line breaks: sealedFrom compares with the one right spelling.
var encoding = base64.RawURLEncoding.Strict()

// Seal makes a token for a purpose, with the key that seals when the claims are issued. The text is of the
// base64url alphabet. The error is ErrClaims or ErrNoKey.
func (r *Ring) Seal(p Purpose, c Claims) (string, error) {
	s, err := r.seal(p, c)
	if err != nil {
		return "", err
	}
	var space [usualSeal]byte
	return string(encoding.AppendEncode(space[:0], s.raw)), nil
}

// usualSeal has room for what a token without Session and Scope is bound to, for its claims, and for the token. It is one
// piece for the three because the cipher behind its interface keeps none of them off the heap.
const usualSeal = 384

// seal is Seal before the encoding.
func (r *Ring) seal(p Purpose, c Claims) (sealed, error) {
	if err := c.check(p); err != nil {
		return sealed{}, err
	}
	i := sealing(r.keys, c.IssuedAt)
	if i < 0 {
		return sealed{}, fmt.Errorf("%w at %v", ErrNoKey, c.IssuedAt)
	}
	id := r.keys[i].ID
	s := r.ready[id].suites[p-1]

	var headerSpace [headerSize]byte
	header := append(headerSpace[:0], c.version())
	header = binary.BigEndian.AppendUint32(header, uint32(id))
	header = binary.BigEndian.AppendUint64(header, uint64(c.ExpiresAt.Unix()))
	bound := r.bound(make([]byte, 0, usualSeal+2*(len(c.Session)+len(c.Scope))), p, header)
	claims := c.append(bound[len(bound):])
	token := append(append(claims[len(claims):], header...), unset[:]...)
	token = s.seal.Seal(token, nil, claims, bound)
	commitment := s.commitment(bound, token[boxAt:])
	copy(token[headerSize:], commitment[:])
	return sealed{id, c.ExpiresAt.Unix(), token}, nil
}

// unset is what stands in a commitment's place until it is known.
var unset [sha256.Size]byte

// Open reads a token that was sealed for this purpose. The error is ErrForged with no claims, ErrNotYet with
// no claims, or ErrExpired with the claims: that a token is over says something only about one that is real.
func (r *Ring) Open(p Purpose, text string, now time.Time) (Claims, error) {
	s, ok := sealedFrom([]byte(text))
	if !ok {
		return Claims{}, ErrForged
	}
	return r.open(p, s, now)
}

// SealSession makes the token of a session and the secret of its access key. The secret is in no token and kept
// nowhere: it is computed from the token again when it is needed. Errors: those of Seal.
func (r *Ring) SealSession(c Claims) (text string, secret principal.Secret, err error) {
	text, err = r.Seal(Session, c)
	if err != nil {
		return "", principal.Secret{}, err
	}
	s, _ := sealedFrom([]byte(text))
	return text, r.ready[s.id].secretOf(c.AccessKey, s.raw), nil
}

// OpenSession opens what SealSession made. Errors: those of Open; the secret comes with ErrExpired too, so that only
// who holds it is told that the session is over.
func (r *Ring) OpenSession(text string, now time.Time) (Claims, principal.Secret, error) {
	s, ok := sealedFrom([]byte(text))
	if !ok {
		return Claims{}, principal.Secret{}, ErrForged
	}
	c, err := r.open(Session, s, now)
	if c == (Claims{}) {
		return c, principal.Secret{}, err
	}
	return c, r.ready[s.id].secretOf(c.AccessKey, s.raw), err
}

// sealed is a token taken apart, not opened.
type sealed struct {
	id     KeyID
	expiry int64
	raw    []byte
}

// sealedFrom decodes a token that is long enough to be one and spelled as Seal spells it.
func sealedFrom(text []byte) (sealed, bool) {
	if len(text) > maxSealed {
		return sealed{}, false
	}
	raw, err := encoding.AppendDecode(nil, text)
	if err != nil || len(raw) < boxAt+boxMin || raw[0] != versionPlain && raw[0] != versionSession || encoding.EncodedLen(len(raw)) != len(text) {
		return sealed{}, false
	}
	return sealed{
		id:     KeyID(binary.BigEndian.Uint32(raw[1:])),
		expiry: int64(binary.BigEndian.Uint64(raw[5:])),
		raw:    raw,
	}, true
}

// open works on a token of an unknown key as on any other, with a key of nobody's: the time of the answer does
// not tell which keys there are. The commitment is checked before the cipher sees anything.
func (r *Ring) open(p Purpose, s sealed, now time.Time) (Claims, error) {
	if r == nil || r.decoy == nil || !p.valid() {
		return Claims{}, ErrForged
	}
	key, known := r.ready[s.id]
	if !known {
		key = r.decoy
	}
	suite := key.suites[p-1]
	var space [256]byte
	bound, box := r.bound(space[:0], p, s.raw[:headerSize]), s.raw[boxAt:]
	commitment := suite.commitment(bound, box)
	if !hmac.Equal(commitment[:], s.raw[headerSize:boxAt]) || !known {
		return Claims{}, ErrForged
	}
	plain, err := suite.seal.Open(nil, nil, box, bound)
	if err != nil {
		return Claims{}, ErrForged
	}
	c, ok := parseClaims(plain, s.expiry)
	if !ok || !key.sealedAt(c.IssuedAt) || c.check(p) != nil || c.version() < s.raw[0] {
		return Claims{}, ErrForged
	}
	switch {
	case c.IssuedAt.After(now.Add(Skew)):
		return Claims{}, ErrNotYet
	case !now.Before(c.ExpiresAt):
		return c, ErrExpired
	}
	return c, nil
}

// bound is what a token with that header is bound to.
func (r *Ring) bound(b []byte, p Purpose, header []byte) []byte {
	return append(appendContext(b, r.deployment, p), header...)
}
