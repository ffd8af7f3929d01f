package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// headSlot is the size of one of the two places in the head's file, in bytes. They are written in turn: a write that
// is cut off leaves the other one whole.
const headSlot = 512

// Head says how far the log is: a statement signed with a key that comes from the root key, so that records cannot be
// cut off at the end, and the chain not be made again, by somebody who can only write files.
type Head struct {
	Sequence  uint64 `json:"sequence"`
	Hash      string `json:"hash"`
	Time      string `json:"time"`
	Signature []byte `json:"signature"`
}

// signed is what the signature is over.
func (h Head) signed(deployment string) []byte {
	return fmt.Appendf(nil, "octroi audit head 1\n%s\n%d\n%s\n%s\n", deployment, h.Sequence, h.Hash, h.Time)
}

// headFile is the file with the two slots.
type headFile struct {
	file       *os.File
	key        ed25519.PrivateKey
	deployment string
	slot       int64
}

// write signs where the chain stands and puts it into the slot that holds the older head. It is called when the
// records are on disk, so that the head never claims what could still be lost.
func (f *headFile) write(at link, now time.Time) error {
	h := Head{Sequence: at.sequence, Hash: at.text(), Time: now.UTC().Format(time.RFC3339Nano)}
	h.Signature = ed25519.Sign(f.key, h.signed(f.deployment))
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	text = append(text, bytes.Repeat([]byte(" "), headSlot-1-len(text))...)
	if _, err := f.file.WriteAt(append(text, '\n'), f.slot*headSlot); err != nil {
		return err
	}
	f.slot = 1 - f.slot
	return nil
}

// Errors of a log that is not what its head says.
var (
	// ErrNoHead is a log whose head was removed, or is not signed with this service's key.
	ErrNoHead = errors.New("the audit log has no head that this service signed")
	// ErrCut is a log that ends before its head says.
	ErrCut = errors.New("records are missing at the end of the audit log")
)

// readHead finds the newest head of a file that is signed with the key, and its slot.
func readHead(r io.ReaderAt, key ed25519.PublicKey, deployment string) (newest Head, slot int64, err error) {
	err = ErrNoHead
	for i := range int64(2) {
		text := make([]byte, headSlot)
		n, _ := r.ReadAt(text, i*headSlot) // a short one does not parse
		var h Head
		if json.Unmarshal(bytes.TrimSpace(text[:n]), &h) != nil || !ed25519.Verify(key, h.signed(deployment), h.Signature) {
			continue
		}
		if err != nil || h.Sequence >= newest.Sequence {
			newest, slot, err = h, i, nil
		}
	}
	return newest, slot, err
}

// agrees reports whether a chain that stands at last can have this head: it is there, or further.
func (h Head) agrees(last link) error {
	if h.Sequence > last.sequence {
		return fmt.Errorf("%w: it ends with record %d, and its head says %d", ErrCut, last.sequence, h.Sequence)
	}
	if h.Sequence == last.sequence && h.Hash != last.text() {
		return fmt.Errorf("record %d is not the one that the head was signed for", h.Sequence)
	}
	return nil
}

// PublicKey is the key that a log's heads are verified with, in hexadecimal digits.
func PublicKey(seed [32]byte) string {
	return hex.EncodeToString(signingKey(seed).Public().(ed25519.PublicKey))
}

func signingKey(seed [32]byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(seed[:]) }
