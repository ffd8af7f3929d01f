package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// conn is a connection whose every read has the transport's time limit, and that has one for the whole.
type conn struct {
	net.Conn
	socket net.Conn // below TLS
	read   time.Duration
	end    time.Time
	dead   bool
}

// Read waits for the read limit, or until the end of the whole if that is sooner.
func (c *conn) Read(p []byte) (int, error) {
	var deadline time.Time
	if c.read > 0 {
		deadline = time.Now().Add(c.read)
	}
	if !c.end.IsZero() && (deadline.IsZero() || c.end.Before(deadline)) {
		deadline = c.end
	}
	if c.dead {
		return 0, os.ErrDeadlineExceeded
	}
	if err := c.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	quickAck(c.socket)
	return c.Conn.Read(p)
}

func (c *conn) until(end time.Time) { c.end = end }
func (c *conn) expired() bool       { return !c.end.IsZero() && !time.Now().Before(c.end) }

// abort ends a blocked read or write from another goroutine.
func (c *conn) abort() { c.Conn.Close() }

// dial connects to the endpoint: directly, or through the proxy, with TLS when its scheme says so.
func (t *Transport) dial(ctx context.Context, u URL, proxy *URL) (*conn, error) {
	if proxy == nil {
		plain, err := t.connect(ctx, u)
		if err != nil {
			return nil, connectError(u, err)
		}
		return t.secure(ctx, plain, u, t.Roots)
	}
	plain, err := t.connect(ctx, *proxy)
	if err != nil {
		return nil, proxyError(*proxy, err)
	}
	c, err := t.secure(ctx, plain, *proxy, Roots{})
	if err != nil {
		return nil, proxyError(*proxy, err)
	}
	if u.Scheme == "http" {
		return c, nil
	}
	if err := tunnel(ctx, c, u, *proxy); err != nil {
		c.Close()
		return nil, proxyError(*proxy, err)
	}
	return t.secure(ctx, c.Conn, u, t.Roots)
}

func (t *Transport) connect(ctx context.Context, u URL) (net.Conn, error) {
	dialer := net.Dialer{Timeout: t.Connect}
	return dialer.DialContext(ctx, "tcp", u.Address())
}

// secure puts TLS on a connection to an https URL, and checks who answers.
func (t *Transport) secure(ctx context.Context, plain net.Conn, u URL, roots Roots) (*conn, error) {
	if u.Scheme != "https" {
		return &conn{Conn: plain, socket: plain, read: t.Read}, nil
	}
	config, err := roots.config(u)
	if err != nil {
		plain.Close()
		return nil, err
	}
	if t.Connect > 0 {
		limited, cancel := context.WithTimeout(ctx, t.Connect)
		defer cancel()
		ctx = limited
	}
	secured := tls.Client(plain, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, handshakeError(u, err)
	}
	return &conn{Conn: secured, socket: plain, read: t.Read}, nil
}

// tunnel asks the proxy for a connection to u.
func tunnel(ctx context.Context, c *conn, u, proxy URL) error {
	stop := context.AfterFunc(ctx, c.abort)
	defer stop()
	head := "CONNECT " + u.Address() + " HTTP/1.1\r\nHost: " + u.Address() + "\r\n"
	if auth := proxy.proxyAuthorization(); auth != "" {
		head += "Proxy-Authorization: " + auth + "\r\n"
	}
	if _, err := c.Write([]byte(head + "\r\n")); err != nil {
		return err
	}
	// The proxy says nothing more until it is spoken to, so the buffer holds nothing of the tunnel; if it
	// does, it is not a tunnel.
	reader := bufio.NewReaderSize(c, 4096)
	answer, err := http.ReadResponse(reader, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || reader.Buffered() > 0 {
		return fmt.Errorf("the proxy answered CONNECT with status %d", answer.StatusCode)
	}
	return nil
}

func connectError(u URL, err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &Error{Message: "Connect timeout on endpoint URL: " + quote(u), Retry: true, Cause: err}
	}
	return &Error{Message: "Could not connect to the endpoint URL: " + quote(u), Retry: true, Cause: err}
}

func proxyError(proxy URL, err error) error {
	return &Error{Message: proxyMessage(proxy.shown()), Retry: true, Cause: err}
}

func isContext(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
