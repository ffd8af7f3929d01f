package session

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/octroi/octroi/principal"
)

// ErrPacked reports a text that is no packed session. Sealed as it is, only another program can have made it.
var ErrPacked = errors.New("the packed session cannot be read")

// format is the version of the packing. Another one is refused: what it says could narrow the session.
const format = 1

// longest is more seconds than any session has, and fewer than a time.Duration holds.
const longest = 1 << 32

// Pack is the session as one text.
func (s Session) Pack() string {
	b := []byte{format, byte(s.Kind)}
	b = binary.AppendUvarint(b, uint64(s.Begun.Unix()))
	b = binary.AppendUvarint(b, uint64(s.Ends.Unix()-s.Begun.Unix()))
	for _, text := range []string{string(s.Parent), s.Name, s.SourceIdentity, s.Provider} {
		b = appendField(b, text)
	}
	return string(append(b, s.Packed...))
}

// Unpack reads what Pack wrote. It does not open the limits. Errors: ErrPacked.
func Unpack(packed string) (Session, error) {
	if len(packed) < 2 || packed[0] != format || !begins(principal.Kind(packed[1])) {
		return Session{}, ErrPacked
	}
	r := reader{rest: packed[2:]}
	s := Session{Kind: principal.Kind(packed[1])}
	s.Begun = time.Unix(int64(r.number()), 0).UTC()
	life := r.number()
	s.Ends = s.Begun.Add(time.Duration(life) * time.Second)
	s.Parent = principal.AccessKeyID(r.field())
	s.Name, s.SourceIdentity, s.Provider = r.field(), r.field(), r.field()
	s.Packed = r.rest
	if r.failed || life > longest {
		return Session{}, ErrPacked
	}
	return s, nil
}

func appendField(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// reader reads numbers and fields, and remembers whether one was missing.
type reader struct {
	rest   string
	failed bool
}

// number is the next number. None is larger than a time in seconds, and each has one spelling: no zero bits are put before it.
func (r *reader) number() uint64 {
	var buffer [binary.MaxVarintLen64]byte
	n, size := binary.Uvarint(buffer[:copy(buffer[:], r.rest)])
	if size <= 0 || n > 1<<40 || size > 1 && r.rest[size-1] == 0 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) field() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.failed = true
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

// fields are a count and as many fields.
func (r *reader) fields() []string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.failed = true
		return nil
	}
	var texts []string
	for range n {
		texts = append(texts, strings.Clone(r.field()))
	}
	return texts
}
