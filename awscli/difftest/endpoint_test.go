package difftest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// answer is what the endpoint says to one request.
type answer struct {
	Status int
	Header []string // lines
	Body   string
	Fault  string // "close": no answer at all; "short": the body ends before its length
}

// request is what was on the wire, headers in their order.
type request struct {
	line   string
	header []string
	body   string
}

func (r request) get(name string) string {
	for _, h := range r.header {
		if n, v, _ := strings.Cut(h, ":"); strings.EqualFold(n, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// isConnect: then a program is on its way to Amazon, and the endpoint is its proxy.
func (r request) isConnect() bool { return strings.HasPrefix(r.line, "CONNECT ") }

// endpoint is a service on loopback, and the proxy to everything else, so that no run leaves the machine. It reads HTTP
// itself: net/http would forget the order of the headers.
type endpoint struct {
	url, host string
	mu        sync.Mutex
	answers   []answer
	requests  []request
	listener  net.Listener
}

func newEndpoint() (*endpoint, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	e := &endpoint{listener: l, host: l.Addr().String(), url: "http://" + l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go e.serve(c)
		}
	}()
	return e, nil
}

func (e *endpoint) play(answers []answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests, e.answers = nil, answers
	if len(answers) == 0 {
		e.answers = []answer{token}
	}
}

func (e *endpoint) seen() []request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests
}

func (e *endpoint) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		c.SetDeadline(time.Now().Add(20 * time.Second))
		r, err := readRequest(in)
		if err != nil {
			return
		}
		a := e.next(r)
		if r.isConnect() {
			io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
			return
		}
		if a.Fault == "close" {
			return
		}
		length := len(a.Body)
		if a.Fault == "short" {
			length += 7
		}
		out := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", a.Status, http.StatusText(a.Status), length)
		for _, h := range a.Header {
			out += h + "\r\n"
		}
		if a.Status == 204 || a.Status == 304 {
			a.Body = ""
		}
		if _, err := io.WriteString(c, out+"\r\n"+a.Body); err != nil || a.Fault == "short" {
			return
		}
	}
}

func (e *endpoint) next(r request) answer {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests = append(e.requests, r)
	a := e.answers[0]
	if len(e.answers) > 1 && !r.isConnect() {
		e.answers = e.answers[1:]
	}
	return a
}

func readRequest(in *bufio.Reader) (r request, err error) {
	length := 0
	for n := 0; ; n++ {
		line, err := in.ReadString('\n')
		if err != nil {
			return r, err
		}
		line = strings.TrimRight(line, "\r\n")
		switch {
		case n == 0:
			r.line = line
			continue
		case line == "":
			body := make([]byte, length)
			_, err := io.ReadFull(in, body)
			r.body = string(body)
			return r, err
		}
		r.header = append(r.header, line)
		if value := r.get("Content-Length"); value != "" {
			length, _ = strconv.Atoi(value)
		}
	}
}
