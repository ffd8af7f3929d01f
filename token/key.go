package token

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"
)

const redacted = "***"

// Secret is the secret of a token key. No verb, log or encoder prints it; only its bytes are it.
type Secret [32]byte

// Format redacts, whatever the verb.
func (s Secret) Format(w fmt.State, _ rune) { io.WriteString(w, redacted) }

// LogValue redacts, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText redacts, for encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// KeyID names a token key, in clear, in every token that it sealed. It is never zero and never used again.
type KeyID uint32

// String is the id as the envelope has it.
func (id KeyID) String() string { return strconv.FormatUint(uint64(id), 10) }

// Key is a key of the ring, a row to be kept as it is. When it stops sealing is not in it: that is when the
// next one starts.
type Key struct {
	ID        KeyID
	Secret    Secret
	Created   time.Time // when it was written for every node to read
	Activated time.Time // from when it seals, twice the nodes' poll interval later
}

// NewKey makes a key that seals once every node has had two polls to read it. The first key of a new ring has
// nobody to wait for: its poll is zero.
func NewKey(id KeyID, now time.Time, poll time.Duration) Key {
	k := Key{ID: id, Created: now, Activated: now.Add(2 * poll)}
	rand.Read(k.Secret[:])
	return k
}
