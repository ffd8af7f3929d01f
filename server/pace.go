package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// pace is how fast a client must be: so many bytes a second, looked at over a time. The zero pace asks for nothing.
type pace struct {
	rate   int64
	window time.Duration
}

// enough is what has to move in each window.
func (p pace) enough() int64 { return max(p.rate*int64(p.window/time.Millisecond)/1000, 1) }

// pacedBody is a body that has to keep pace. Only the time that is spent waiting for the client counts: a disk that is
// slow is no fault of it.
//
// The deadline is the connection's, not a timer's: nothing has to be stopped, and net/http closes what is late.
type pacedBody struct {
	io.ReadCloser
	connection *http.ResponseController
	pace       pace
	moved      int64
	waited     time.Duration
}

// Read sets the deadline to what is left of the window. At the end of the body it takes it away: a handler may take
// its time, and net/http, which listens for the client meanwhile, would call it gone.
func (b *pacedBody) Read(p []byte) (int, error) {
	begun := time.Now()
	_ = b.connection.SetReadDeadline(begun.Add(b.pace.window - b.waited)) // net/http's connections have deadlines
	n, err := b.ReadCloser.Read(p)
	b.waited += time.Since(begun)
	if b.moved += int64(n); b.moved >= b.pace.enough() {
		b.moved, b.waited = 0, 0
	}
	if err == io.EOF {
		_ = b.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

// pacedWriter is an answer that the client has to read at a pace.
type pacedWriter struct {
	http.ResponseWriter
	connection *http.ResponseController
	pace       pace
	moved      int64
	since      time.Time // when the window began
}

// Unwrap is for http.ResponseController.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader sets the deadline for an answer without a body.
func (w *pacedWriter) WriteHeader(status int) {
	w.begin()
	w.ResponseWriter.WriteHeader(status)
}

// Write counts what the system took.
func (w *pacedWriter) Write(p []byte) (int, error) {
	w.begin()
	n, err := w.ResponseWriter.Write(p)
	w.count(int64(n))
	return n, err
}

// begin begins a window, unless one is under way with something moved in it.
func (w *pacedWriter) begin() {
	if w.moved == 0 {
		w.since = time.Now()
		_ = w.connection.SetWriteDeadline(w.since.Add(w.pace.window))
	}
}

func (w *pacedWriter) count(n int64) {
	if w.moved += n; w.moved >= w.pace.enough() {
		w.moved = 0
	}
}

// piece is how much of a file the system is asked to send at once.
const piece = 4 << 20

// looks is how often in a window we look how far the system is with a piece: what it does not say is when the last
// byte went.
const looks = 12

// ReadFrom lets the system send a file in pieces. One that was late, but of which something has gone, is followed by the
// next: a client that is slow, and not too slow, is no error. What is no file goes the same way, since the system takes
// nothing from a slow client's connection until a good part of all that it holds has gone: of a piece that it took in
// part, the rest is kept.
func (w *pacedWriter) ReadFrom(r io.Reader) (total int64, err error) {
	to, ok := w.ResponseWriter.(io.ReaderFrom)
	limited, isLimited := r.(*io.LimitedReader)
	if !isLimited {
		limited = &io.LimitedReader{R: r, N: 1 << 62}
	}
	if !ok {
		return io.Copy(struct{ io.Writer }{w}, r)
	}
	if _, isFile := limited.R.(*os.File); !isFile {
		limited = &io.LimitedReader{R: &kept{from: limited.R}, N: limited.N}
	}
	w.begin()
	if err := w.connection.Flush(); err != nil { // the headers have the whole window
		return 0, err
	}
	w.moved, w.since = 0, time.Now()
	for more := true; more && limited.N > 0; {
		var n int64
		n, more, err = w.send(to, limited)
		total += n
	}
	return total, err
}

// send has the system send a piece, and looks after a while how far it is. It reports whether to go on: not at the end of
// the file, and not when too little went in a window.
func (w *pacedWriter) send(to io.ReaderFrom, from *io.LimitedReader) (n int64, more bool, err error) {
	begun, late := time.Now(), w.since.Add(w.pace.window)
	look := begun.Add(w.pace.window / looks)
	if look.After(late) {
		look = late
	}
	_ = w.connection.SetWriteDeadline(look)
	n, err = to.ReadFrom(&io.LimitedReader{R: from.R, N: min(from.N, piece)})
	if k, isKept := from.R.(*kept); isKept {
		k.sent(n)
	}
	from.N -= n
	w.moved += n
	waited := errors.Is(err, os.ErrDeadlineExceeded)
	enough := w.moved >= w.pace.enough()
	switch {
	case err != nil && !waited:
		return n, false, err
	case enough && waited: // when in this time the last of it went nobody knows
		w.moved, w.since = 0, begun
	case enough:
		w.moved, w.since = 0, time.Now()
	case waited && !time.Now().Before(late):
		return n, false, err
	}
	return n, waited || n > 0, nil
}

// paced has a request and its answer keep pace. Over TLS net/http copies, and a write that was late is the connection's
// last: what it is asked to write at once is then what a slow client may take a window for.
func (s *Server) paced(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	up, down := s.upload(), s.download()
	connection := http.NewResponseController(w)
	if r.Body != http.NoBody && up.rate > 0 {
		r.Body = &pacedBody{ReadCloser: r.Body, connection: connection, pace: up}
		_ = connection.SetReadDeadline(time.Now().Add(up.window)) // also for a body that nobody reads
	}
	if down.rate <= 0 {
		return w
	}
	_ = connection.SetWriteDeadline(time.Now().Add(down.window))
	paced := &pacedWriter{ResponseWriter: w, connection: connection, pace: down}
	if r.TLS != nil {
		return &smallWrites{paced}
	}
	return paced
}

// smallWrites writes no more at once than has to move in a window.
type smallWrites struct{ *pacedWriter }

// Write writes in pieces.
func (w *smallWrites) Write(p []byte) (total int, err error) {
	for len(p) > 0 && err == nil {
		n := 0
		n, err = w.pacedWriter.Write(p[:min(int64(len(p)), w.pace.enough())])
		total, p = total+n, p[n:]
	}
	return total, err
}

// ReadFrom copies in such pieces: nothing but copies happens over TLS anyway.
func (w *smallWrites) ReadFrom(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{w}, r) }

func (s *Server) upload() pace {
	return pace{int64(s.config.Limits.UploadRate), s.config.Limits.UploadWindow}
}

func (s *Server) download() pace {
	return pace{int64(s.config.Limits.DownloadRate), s.config.Limits.DownloadWindow}
}
