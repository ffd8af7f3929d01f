package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// Limits on an answer. A token is a few kilobytes; a server that sends more, or drips it, is not one.
const (
	maxAnswer  = 1 << 20
	maxHeader  = 64 << 10
	answerTime = 30 * time.Second // for the body, once the header is there
)

// Field is a header field. A request's fields go out in the order given.
type Field struct{ Name, Value string }

// Request is one HTTP request.
type Request struct {
	Method string
	URL    URL
	Header []Field
	Body   []byte
}

// Response is one HTTP answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Transport carries one request to its host and the answer back. The zero value connects directly, trusts
// the system's roots and waits for ever.
type Transport struct {
	Connect time.Duration // for a connection and for a TLS handshake; 0 waits for ever
	Read    time.Duration // between two reads of the answer; 0 waits for ever
	Proxies Proxies
	Roots   Roots
}

// RoundTrip sends r on a connection of its own. It follows no redirect. Its errors are *Error.
func (t *Transport) RoundTrip(ctx context.Context, r Request) (Response, error) {
	head, err := requestHead(r)
	if err != nil {
		return Response{}, err
	}
	proxy, err := t.Proxies.For(r.URL)
	if err != nil {
		return Response{}, err
	}
	c, err := t.dial(ctx, r.URL, proxy)
	if err != nil {
		return Response{}, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, c.abort)
	defer stop()

	if proxy != nil && r.URL.Scheme == "http" {
		head = forwardHead(r, *proxy, head)
	}
	if _, err := c.Write(append(head, r.Body...)); err != nil {
		return Response{}, readError(ctx, r.URL, err)
	}
	return readAnswer(ctx, c, r)
}

// requestHead writes the request line and header. A value that would end its line early is refused, never
// repaired: it is an injected header or a broken credential.
func requestHead(r Request) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(r.Method + " " + r.URL.Target() + " HTTP/1.1\r\n")
	for _, f := range r.Header {
		if hasControl(strings.ReplaceAll(f.Value, "\t", " ")) {
			return nil, &Error{Message: "Invalid header value for " + f.Name + ": it holds a control character"}
		}
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	if r.Body != nil {
		b.WriteString("Content-Length: " + strconv.Itoa(len(r.Body)) + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// forwardHead turns a head into the form for a forwarding proxy: the whole URL on the request line, and the
// proxy's own credential.
func forwardHead(r Request, proxy URL, head []byte) []byte {
	_, fields, _ := bytes.Cut(head, []byte("\r\n"))
	forward := r.Method + " http://" + r.URL.HostHeader() + r.URL.Target() + " HTTP/1.1\r\n" +
		strings.TrimSuffix(string(fields), "\r\n")
	if auth := proxy.proxyAuthorization(); auth != "" {
		forward += "Proxy-Authorization: " + auth + "\r\n"
	}
	return []byte(forward + "\r\n")
}

func readAnswer(ctx context.Context, c *conn, r Request) (Response, error) {
	limited := &io.LimitedReader{R: c, N: maxHeader + maxAnswer}
	buffered := bufio.NewReader(limited)
	answer, err := http.ReadResponse(buffered, &http.Request{Method: r.Method})
	for informational := 0; err == nil && answer.StatusCode < 200; informational++ {
		if informational == 5 {
			return Response{}, readError(ctx, r.URL, errors.New("too many informational answers"))
		}
		answer, err = http.ReadResponse(buffered, &http.Request{Method: r.Method})
	}
	if err != nil {
		return Response{}, readError(ctx, r.URL, err)
	}
	c.until(time.Now().Add(answerTime))
	body, err := io.ReadAll(answer.Body)
	switch {
	case limited.N <= 0:
		return Response{}, &Error{Message: "invalid response from endpoint " + quote(r.URL) + ": longer than 1 MiB"}
	case c.expired():
		return Response{}, &Error{Message: "invalid response from endpoint " + quote(r.URL) + ": not complete after 30 seconds"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Response{}, &Error{Message: "invalid response from endpoint " + quote(r.URL) + ": it ended too early", Cause: err}
	case err != nil:
		return Response{}, readError(ctx, r.URL, err)
	}
	return Response{answer.StatusCode, answer.Header, body}, nil
}

// readError says what went wrong after the connection stood.
func readError(ctx context.Context, u URL, err error) error {
	if ctx.Err() != nil {
		return &Error{Message: "Read timeout on endpoint URL: " + quote(u), Cause: context.Cause(ctx)}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &Error{Message: "Read timeout on endpoint URL: " + quote(u), Retry: true, Cause: err}
	}
	return &Error{
		Message: "Connection was closed before we received a valid response from endpoint URL: " + quote(u) + ".",
		Retry:   true, Cause: err,
	}
}

func quote(u URL) string { return `"` + u.String() + `"` }
