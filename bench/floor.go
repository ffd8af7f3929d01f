package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
)

// listening is a handler behind a port of this machine.
type listening struct {
	address string
	server  *http.Server
}

func listen(h http.Handler) (*listening, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &http.Server{Handler: h}
	go s.Serve(l) // ends with Close
	return &listening{l.Addr().String(), s}, nil
}

func (l *listening) Close() error { return l.server.Close() }

// bare is the floor: a net/http handler that reads the body and answers fixed bytes. Whoever uses net/http cannot be
// faster.
func bare(body []byte, contentType string) http.Handler {
	types, length := []string{contentType}, []string{strconv.Itoa(len(body))}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		h := w.Header()
		h["Content-Type"], h["Content-Length"] = types, length
		w.Write(body)
	})
}

// floorFor starts a bare handler whose answers are as long as the target's, for the same requests.
func floorFor(t target) (*listening, side, error) {
	size, err := t.sizeOfAnswer()
	if err != nil {
		return nil, side{}, err
	}
	l, err := listen(bare(make([]byte, size), "application/octet-stream"))
	if err != nil {
		return nil, side{}, err
	}
	t.address, t.status = l.address, http.StatusOK
	return l, side{"net/http", t}, nil
}

func (t target) sizeOfAnswer() (int, error) {
	c, err := dial(t.address)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.exchange(t.requests[0], t.status)
}

// closeAll closes what a table has opened, the last first.
type closeAll []func() error

func (c *closeAll) add(close func() error) { *c = append(*c, close) }

func (c closeAll) close() error {
	var err error
	for i := range c {
		err = errors.Join(err, c[len(c)-1-i]())
	}
	return err
}
