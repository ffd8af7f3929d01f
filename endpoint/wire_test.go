package endpoint_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// message is a request as bytes: net/http would tidy up what these tests are about.
type message struct {
	method, uri, proto string
	lines              []line
	body               string
	raw                bool // no Content-Length is added
}

type line struct{ name, value string }

// value is the first value of a header, empty for none.
func (m message) value(name string) string {
	for _, l := range m.lines {
		if strings.EqualFold(l.name, name) {
			return l.value
		}
	}
	return ""
}

func (m message) has(name string) bool {
	return slices.ContainsFunc(m.lines, func(l line) bool { return strings.EqualFold(l.name, name) })
}

// with puts a header in place of all that have its name.
func (m message) with(name, value string) message { return m.without(name).and(name, value) }

// and adds a header.
func (m message) and(name, value string) message {
	m.lines = append(slices.Clone(m.lines), line{name, value})
	return m
}

func (m message) without(name string) message {
	m.lines = slices.DeleteFunc(slices.Clone(m.lines), func(l line) bool { return strings.EqualFold(l.name, name) })
	return m
}

func (m message) at(uri string) message           { m.uri = uri; return m }
func (m message) by(method string) message        { m.method = method; return m }
func (m message) over(proto string) message       { m.proto = proto; return m }
func (m message) carrying(body string) message    { m.body = body; return m }
func (m message) unframed(body string) message    { m.body, m.raw = body, true; return m }
func (m message) target(operation string) message { return m.with("X-Amz-Target", operation) }

func (m message) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(m.method + " " + m.uri + " " + m.proto + "\r\n")
	for _, l := range m.lines {
		b.WriteString(l.name + ": " + l.value + "\r\n")
	}
	if !m.raw {
		b.WriteString("Content-Length: " + strconv.Itoa(len(m.body)) + "\r\n")
	}
	b.WriteString("\r\n" + m.body)
	return b.Bytes()
}

// answer is what came back on the connection.
type answer struct {
	*http.Response
	head   string // as it was on the wire
	body   string
	closed bool // the service closed the connection after it
}

// exchange sends bytes on a connection of their own and reads one answer.
func exchange(t *testing.T, host, method string, request []byte) answer {
	t.Helper()
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	go c.Write(request) // may be refused half-way
	var seen bytes.Buffer
	r := bufio.NewReader(io.TeeReader(c, &seen))
	response, err := http.ReadResponse(r, &http.Request{Method: method})
	continued := err == nil && response.StatusCode == http.StatusContinue
	if continued {
		response, err = http.ReadResponse(r, &http.Request{Method: method})
	}
	if err != nil {
		t.Fatalf("no answer to %.80q: %v", request, err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("half an answer to %.80q: %v", request, err)
	}
	a := answer{Response: response, body: string(body)}
	text := seen.String()
	if continued { // both may have come at once
		_, text, _ = strings.Cut(text, "\r\n\r\n")
	}
	a.head, _, _ = strings.Cut(text, "\r\n\r\n")
	if response.Close {
		_, err = r.ReadByte()
		a.closed = err != nil && !errors.Is(err, os.ErrDeadlineExceeded) // a reset is an end too
	}
	return a
}
