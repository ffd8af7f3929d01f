package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
)

// link is where a chain stands: the sequence number of a record and its hash. The zero link stands before the first.
//
// The hash of a record is SHA-256 over the hash of the record before it and over its own line up to the member "hash".
// So a record cannot be altered, dropped or moved without every hash after it, and the signed head says what the last
// one must be.
type link struct {
	sequence uint64
	hash     [sha256.Size]byte
}

func (l link) text() string { return hex.EncodeToString(l.hash[:]) }

func (l link) digits() (d [2 * sha256.Size]byte) {
	hex.Encode(d[:], l.hash[:])
	return d
}

// next is the link of the record that follows with this body, which is everything before the member "hash".
func (l link) next(body []byte) link { return newLinker().next(l, body) }

// linker makes one link after the other, without garbage.
type linker struct {
	hash  hash.Hash
	space []byte
}

func newLinker() linker { return linker{sha256.New(), make([]byte, 0, sha256.Size)} }

func (m linker) next(l link, body []byte) link {
	m.hash.Reset()
	m.hash.Write(append(m.space, l.hash[:]...))
	m.hash.Write(body)
	n := link{sequence: l.sequence + 1}
	copy(n.hash[:], m.hash.Sum(m.space))
	return n
}

// appendLinked writes a line as it goes to the file: the open record, then the chain's members. The first record of a
// file names the hash before it, so that a file can be verified when older ones have been put away.
func appendLinked(b, open []byte, last link, first bool, links linker) ([]byte, link) {
	start := len(b)
	b = append(b, open...)
	if first {
		b = append(append(append(b, `,"previous":"`...), last.text()...), '"')
	}
	b = appendSequence(b, last.sequence+1)
	n := links.next(last, b[start:])
	digits := n.digits()
	return append(appendHash(b, digits[:]), '\n'), n
}

// errLine reports a line that this log cannot have written.
var errLine = errors.New("is no record of this log")

// hashStart is how a line ends: the member "hash" with 64 digits, a brace.
const hashStart = `,"hash":"`

// split takes a line, without its line feed, apart: what is hashed, and the link that it claims.
func split(line []byte) (body []byte, claimed link, err error) {
	at := len(line) - len(hashStart) - 2*sha256.Size - len(`"}`)
	if at < 0 || !bytes.HasPrefix(line[at:], []byte(hashStart)) || !bytes.HasSuffix(line, []byte(`"}`)) {
		return nil, link{}, errLine
	}
	digits := line[at+len(hashStart) : len(line)-2]
	if n, err := hex.Decode(claimed.hash[:], digits); err != nil || n != sha256.Size || claimed.text() != string(digits) {
		return nil, link{}, errLine
	}
	body = line[:at]
	i := bytes.LastIndex(body, []byte(`,"sequence":`))
	if i < 0 {
		return nil, link{}, errLine
	}
	number := string(body[i+len(`,"sequence":`):])
	claimed.sequence, err = strconv.ParseUint(number, 10, 64)
	if err != nil || strconv.FormatUint(claimed.sequence, 10) != number || claimed.sequence == 0 {
		return nil, link{}, errLine
	}
	return body, claimed, nil
}

// previous is the hash that the first record of a file names as the one before it.
func previous(body []byte) (hash [sha256.Size]byte, err error) {
	const name = `,"previous":"`
	i := bytes.LastIndex(body, []byte(name))
	if i < 0 || len(body) < i+len(name)+2*sha256.Size {
		return hash, fmt.Errorf("%w: the first one of a file names the hash before it", errLine)
	}
	if _, err := hex.Decode(hash[:], body[i+len(name):][:2*sha256.Size]); err != nil {
		return hash, errLine
	}
	return hash, nil
}
