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
	"path/filepath"
)

// VerifyHeadFile checks that both places of the head's file hold what was written there, to the byte: to read the newest
// head, one of them is enough. A place that was never written is empty.
func (v Verifier) VerifyHeadFile() error {
	key, err := hex.DecodeString(v.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return errors.New("the public key is not 64 hexadecimal digits")
	}
	f, err := os.Open(filepath.Join(v.Folder, HeadFile))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoHead, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 2*headSlot+1))
	if err != nil {
		return err
	}
	if len(text) != headSlot && len(text) != 2*headSlot {
		return fmt.Errorf("it has %d bytes, and should have %d or %d", len(text), headSlot, 2*headSlot)
	}
	for i := 0; i < len(text); i += headSlot {
		var h Head
		slot := text[i : i+headSlot]
		if json.Unmarshal(bytes.TrimSpace(slot), &h) != nil || !ed25519.Verify(key, h.signed(v.Deployment), h.Signature) {
			return fmt.Errorf("the head at byte %d is not one that this service signed", i)
		}
		again, err := json.Marshal(h)
		if want := append(append(again, bytes.Repeat([]byte(" "), headSlot-1-len(again))...), '\n'); err != nil || !bytes.Equal(want, slot) {
			return fmt.Errorf("the head at byte %d is not written as this service writes it", i)
		}
	}
	return nil
}
