package registry

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// checkContentRange reads <first>-<last>, as the distribution specification has it, and holds it against
// the length, without which nobody can tell whether all of it came. Numbers have one spelling, since the engine reads
// them again.
func checkContentRange(lines []string, length int64) error {
	first, last, ok := strings.Cut(lines[0], "-")
	from, err1 := strconv.ParseUint(first, 10, 63)
	to, err2 := strconv.ParseUint(last, 10, 63)
	switch {
	case len(lines) != 1 || !ok || err1 != nil || err2 != nil || from > to || strconv.FormatUint(from, 10)+"-"+strconv.FormatUint(to, 10) != lines[0]:
		return refuse(rangeInvalid)
	case uint64(length) != to-from+1:
		return refuse(sizeInvalid)
	}
	return nil
}

// offset is how many bytes an upload has, by the Range of an answer: 0-<last>.
func offset(h http.Header) int64 {
	_, last, _ := strings.Cut(h.Get("Range"), "-")
	n, err := strconv.ParseInt(last, 10, 64)
	if err != nil {
		return 0
	}
	return n + 1
}

// content is a body that remembers why it ended.
type content struct {
	from    io.ReadCloser
	left    int64
	tooLong bool
	err     error
}

var errTooLong = errors.New("the blob is too large")

func (c *content) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if c.left -= int64(n); c.left < 0 {
		c.tooLong = true
		return 0, errTooLong
	}
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

func (c *content) Close() error { return c.from.Close() }

// headers is a ResponseWriter for answers of which only the headers are wanted.
type headers struct{ h http.Header }

func (w *headers) Header() http.Header {
	if w.h == nil {
		w.h = http.Header{}
	}
	return w.h
}
func (*headers) WriteHeader(int)             {}
func (*headers) Write(p []byte) (int, error) { return len(p), nil }
