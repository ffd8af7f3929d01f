package token

import "encoding/binary"

// Encoded is the plaintext of claims.
func Encoded(c Claims) []byte { return c.append(nil) }

// SealRaw seals any plaintext under any header, with a key of the ring: what no program of ours makes.
func (r *Ring) SealRaw(v byte, p Purpose, id KeyID, expiry int64, plain []byte) string {
	s := r.ready[id].suites[p-1]
	token := append([]byte(nil), v)
	token = binary.BigEndian.AppendUint32(token, uint32(id))
	token = binary.BigEndian.AppendUint64(token, uint64(expiry))
	bound := r.bound(nil, p, token)
	box := s.seal.Seal(nil, nil, plain, bound)
	commitment := s.commitment(bound, box)
	return encoding.EncodeToString(append(append(token, commitment[:]...), box...))
}

// Recommit replaces the box of a token and commits to it with the right key, as one who knew only the commit
// key could.
func (r *Ring) Recommit(p Purpose, text string, change func(box []byte)) string {
	s, ok := sealedFrom([]byte(text))
	if !ok {
		panic("not a token")
	}
	change(s.raw[boxAt:])
	commitment := r.ready[s.id].suites[p-1].commitment(r.bound(nil, p, s.raw[:headerSize]), s.raw[boxAt:])
	copy(s.raw[headerSize:], commitment[:])
	return encoding.EncodeToString(s.raw)
}

// Opened is what the AEAD alone, without the commitment, answers for a token under a key of the ring.
func (r *Ring) Opened(p Purpose, id KeyID, text string) ([]byte, error) {
	s, _ := sealedFrom([]byte(text))
	return r.ready[id].suites[p-1].seal.Open(nil, nil, s.raw[boxAt:], r.bound(nil, p, s.raw[:headerSize]))
}

// Layout of a token.
const (
	HeaderSize = headerSize
	BoxAt      = boxAt
)
