package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"
)

// smallBlob is how large a blob is read before anything is said of it: then what is damaged is an error like any other.
const smallBlob = 64 << 10

// pull is a blob on its way out.
type pull struct {
	engine *Engine
	answer answer
	r      *http.Request
	blob   digest.Digest
	file   *os.File
	state  identity // of the file, when it was opened
	known  bool     // that state is of use
	sound  bool     // in that state the file was hashed before, and was what it should be
}

// send answers with a blob's file, in one of three ways: what is small is read and hashed first; what is known to be
// sound is left to the system to send; everything else is hashed as it goes.
func (e *Engine) send(w http.ResponseWriter, r *http.Request, file *os.File, blob digest.Digest) error {
	p := &pull{engine: e, answer: answer{ResponseWriter: w}, r: r, blob: blob, file: file}
	p.state, p.known = identify(file)
	found := false
	p.sound, found = e.verdicts.find(blob.Encoded(), p.state, p.known)
	info, err := file.Stat()
	switch {
	case err != nil:
		return err
	case r.Method == http.MethodHead:
		p.serve(file)
	case found && !p.sound:
		return e.damaged(KindBlob, string(blob))
	case info.Size() <= smallBlob:
		return p.small()
	case p.sound:
		p.answer.hold = func() bool { return p.state.same(file) }
		p.serve(file)
	default:
		p.hashed(info.Size())
	}
	if p.answer.withheld {
		damage := e.damaged(KindBlob, string(blob))
		damage.Begun = true
		return damage
	}
	return p.answer.end()
}

// serve answers with content, its range or its headers, as the request asks.
func (p *pull) serve(content io.ReadSeeker) {
	http.ServeContent(&p.answer, p.r, "", time.Time{}, content)
}

// hashed sends a blob that nobody has looked at lately.
func (p *pull) hashed(size int64) {
	content := newWhole(p.file, size, p.blob.Encoded(), p.engine.hashing)
	p.serve(content)
	switch {
	case content.ended:
		p.answer.withheld = !content.sound
		p.note(content.sound)
	case p.answer.status == http.StatusPartialContent:
		p.engine.lookLater(p.blob)
	}
}

// note remembers what the blob's file is, unless it was changed meanwhile.
func (p *pull) note(sound bool) {
	p.engine.verdicts.note(p.blob.Encoded(), p.state, p.known && p.state.same(p.file), sound)
}

// buffers are for blobs that are read before they are sent.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() *[smallBlob]byte {
	if p, ok := b.pool.Get().(*[smallBlob]byte); ok {
		return p
	}
	return new([smallBlob]byte)
}

func (p *pull) small() error {
	buffer := p.engine.small.get()
	defer p.engine.small.pool.Put(buffer)
	n, err := io.ReadFull(p.file, buffer[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	content := buffer[:n]
	if !p.sound || !p.state.same(p.file) {
		sum := sha256.Sum256(content)
		sound := hex.EncodeToString(sum[:]) == p.blob.Encoded()
		p.note(sound)
		if !sound {
			return p.engine.damaged(KindBlob, string(p.blob))
		}
	}
	p.serve(bytes.NewReader(content))
	return p.answer.end()
}
