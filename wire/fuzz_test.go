package wire_test

import (
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octroi/octroi/wire"
)

// FuzzAnswer: whatever a server answers, the call ends with an answer of at most a megabyte or with an error of one line
// (C15, C18).
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://evil.example/\r\n\r\n",
		"HTTP/1.1 400 Bad Request\r\nContent-Length: 51\r\n\r\n{\"__type\":\"ThrottlingException\",\"message\":\"\\u001b[31m\"}", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
		"HTTP/1.0 200\r\n\r\nx", "\r\n", "HTTP/1.1 999 \x1b[31m\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 500 x\r\nContent-Type: text/xml\r\n\r\n<ErrorResponse><Error><Code>a\nb</Code></Error></ErrorResponse>",
	} {
		f.Add([]byte(seed))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { l.Close() })
	var next atomic.Pointer[[]byte]
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.SetDeadline(time.Now().Add(5 * time.Second))
			c.Read(make([]byte, 64<<10))
			c.Write(*next.Load())
			c.(*net.TCPConn).CloseWrite()
			c.Read(make([]byte, 1))
			c.Close()
		}
	}()
	u, err := wire.ParseURL("http://" + l.Addr().String())
	if err != nil {
		f.Fatal(err)
	}
	call := client(&peer{url: u})
	call.Attempts = 1
	f.Fuzz(func(t *testing.T, text []byte) {
		next.Store(&text)
		answer, err := call.Do(t.Context(), getToken)
		said := new(wire.ServiceError) // its words are the service's, as they came
		if err != nil && !errors.As(err, &said) && strings.ContainsAny(err.Error(), "\n\x1b") || len(answer.Body) > 1<<20 || err == nil && answer.Status > 300 {
			t.Fatalf("%d bytes, %q", len(answer.Body), err)
		}
	})
}
