package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Error is an answer of the engine with a status of 400 or more. Its texts may hold paths of the machine:
// they are for a log, never for a client.
type Error struct {
	Status        int
	Code, Message string // of the first error of the body, empty when it had none
	Detail        string
	Disk          error // why the disk failed, if it did
}

// Error is one line.
func (e *Error) Error() string {
	text := fmt.Sprintf("engine: status %d, code %q: %s %s", e.Status, e.Code, e.Message, e.Detail)
	if e.Disk != nil {
		text += ": " + e.Disk.Error()
	}
	return text
}

// Unwrap is ErrDisk when it was the disk that failed.
func (e *Error) Unwrap() error {
	if e.Disk == nil {
		return nil
	}
	return ErrDisk
}

// Serve passes r to the engine. An answer below 400 goes to w as it comes; before, when given, is called
// with its status while headers can still be changed, and its error keeps the answer back and is returned.
// Any other answer is returned as an *Error, nothing having been written: what w then holds are headers
// only.
func (e *Engine) Serve(w http.ResponseWriter, r *http.Request, before func(status int) error) error {
	a, met := answer{ResponseWriter: w, before: before}, new(trouble)
	r = r.WithContext(context.WithValue(r.Context(), troubleKey{}, met))
	if r.Body != nil {
		r.Body = body{r.Body, met}
	}
	e.app.ServeHTTP(&a, r)
	err := a.end()
	if refused := new(Error); errors.As(err, &refused) && refused.Status >= http.StatusInternalServerError {
		refused.Disk = met.noted()
	}
	return err
}

// end is what became of the answer.
func (a *answer) end() error {
	switch {
	case a.err != nil:
		return a.err
	case a.status == 0:
		return &Error{Status: http.StatusInternalServerError, Message: "no answer"}
	case a.status >= http.StatusBadRequest:
		return a.refusal()
	}
	return nil
}

// maxRefusal bounds what is kept of an answer that a client will not see.
const maxRefusal = 64 << 10

// answer lets what succeeded through and keeps what did not.
type answer struct {
	http.ResponseWriter
	before func(int) error
	status int
	err    error
	text   []byte

	hold     func() bool // asked before the last byte of a file goes out; nil: nobody asks
	withheld bool        // it said no
}

// WriteHeader decides, once, what becomes of the answer.
func (a *answer) WriteHeader(status int) {
	if a.status != 0 {
		return
	}
	a.status = status
	if status >= http.StatusBadRequest {
		return
	}
	if a.before != nil {
		if a.err = a.before(status); a.err != nil {
			return
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write passes on or keeps, as WriteHeader decided.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	if a.err == nil && a.status < http.StatusBadRequest {
		return a.ResponseWriter.Write(p)
	}
	a.text = append(a.text, p[:min(len(p), maxRefusal-len(a.text))]...)
	return len(p), nil
}

// ReadFrom passes on what can be passed on as a whole, so that net/http can have the system send a file.
func (a *answer) ReadFrom(r io.Reader) (int64, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	to, ok := a.ResponseWriter.(io.ReaderFrom)
	switch limited, whole := r.(*io.LimitedReader); {
	case !ok || a.err != nil || a.status >= http.StatusBadRequest:
	case whole && a.hold != nil && limited.N > 1:
		return a.readHolding(to, limited)
	default:
		return to.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{a}, r)
}

// readHolding keeps the last byte back until it is known whether it may go.
func (a *answer) readHolding(to io.ReaderFrom, r *io.LimitedReader) (int64, error) {
	n, err := to.ReadFrom(&io.LimitedReader{R: r.R, N: r.N - 1})
	if r.N -= n; err != nil || r.N != 1 {
		return n, err
	}
	if a.withheld = !a.hold(); a.withheld {
		return n, errWithheld
	}
	last, err := to.ReadFrom(r)
	return n + last, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) refusal() *Error {
	e := &Error{Status: a.status}
	var body struct {
		Errors []struct {
			Code, Message string
			Detail        json.RawMessage
		}
	}
	if json.Unmarshal(a.text, &body) != nil || len(body.Errors) == 0 {
		e.Message = string(a.text)
		return e
	}
	first := body.Errors[0]
	e.Code, e.Message = first.Code, first.Message
	if json.Unmarshal(first.Detail, &e.Detail) != nil {
		e.Detail = string(first.Detail)
	}
	return e
}
