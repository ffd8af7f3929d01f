package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// Kinds of what can be damaged.
const (
	KindBlob     = "blob"
	KindManifest = "manifest"
	KindLink     = "link"
	KindUpload   = "upload"
)

// DamagedError reports content that is not what its digest says. Nothing of it is to be believed.
type DamagedError struct {
	Kind, Digest string
	Begun        bool // part of the answer has gone out: the connection has to be cut
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s %s is damaged: octroid fsck says what to do", e.Kind, e.Digest)
}

func (e *Engine) damaged(kind, digest string) *DamagedError {
	if e.report != nil {
		e.report(kind, digest)
	}
	return &DamagedError{Kind: kind, Digest: digest}
}

var errWithheld = errors.New("the content is not what its digest says: the rest of it is withheld")

// whole reads a file, and hashes it as long as it is read from its beginning on. Its last piece is given out only when
// the hash is the one that it should have: who reads the file wrong does not get all of it.
type whole struct {
	file         *os.File
	size         int64
	want         string // digits
	at           int64  // of the next byte
	hash         hash.Hash
	hashed       int64 // bytes, from the beginning
	ended, sound bool  // the hash was compared, and is the one
}

func newWhole(f *os.File, size int64, digits string) *whole {
	return &whole{file: f, size: size, want: digits, hash: sha256.New()}
}

// Seek moves in the file. From anywhere but its beginning no hash of it comes about.
func (w *whole) Seek(offset int64, whence int) (at int64, err error) {
	w.at, err = w.file.Seek(offset, whence)
	w.hashed = 0
	w.hash.Reset()
	return w.at, err
}

// Read reads on. Errors: errWithheld.
func (w *whole) Read(p []byte) (int, error) {
	counts := w.hashed == w.at
	n, err := w.file.Read(p)
	w.at += int64(n)
	if !counts {
		return n, err
	}
	w.hash.Write(p[:n])
	w.hashed = w.at
	if w.at < w.size && !errors.Is(err, io.EOF) {
		return n, err
	}
	w.ended = true
	if w.sound = w.at == w.size && hex.EncodeToString(w.hash.Sum(nil)) == w.want; !w.sound {
		return 0, errWithheld
	}
	return n, err
}
