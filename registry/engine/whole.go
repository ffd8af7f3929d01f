package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"runtime"
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
	turns        turns
	hashed       int64 // bytes, from the beginning
	ended, sound bool  // the hash was compared, and is the one
}

func newWhole(f *os.File, size int64, digits string, t turns) *whole {
	return &whole{file: f, size: size, want: digits, hash: sha256.New(), turns: t}
}

// turns are for those who hash: half of the processors' number may at a time. Else five hundred readers of a blob that
// nobody has looked at yet, who take nothing but what the system holds for them, would keep everybody else waiting for
// seconds: whoever becomes able to run runs after all who are.
type turns chan struct{}

func newTurns() turns { return make(turns, max(1, runtime.GOMAXPROCS(0)/2)) }

func (t turns) hash(h hash.Hash, p []byte) {
	t <- struct{}{}
	h.Write(p)
	<-t
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
	w.turns.hash(w.hash, p[:n])
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
