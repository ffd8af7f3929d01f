package server_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// startTLS is the service with TLS and these limits.
func startTLS(t *testing.T, change func(*server.Config)) *servertest.Server {
	t.Helper()
	cert, key := writeCertificate(t, t.TempDir(), time.Now().Add(time.Hour))
	return servertest.Start(t, servertest.Configure(withMetrics), servertest.Configure(func(c *server.Config) {
		c.TLSCert, c.TLSKey = cert, key
		change(c)
	}))
}

// shake does a handshake from an address.
func shake(from, host string) error {
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	c, err := tls.DialWithDialer(d, "tcp", host, &tls.Config{InsecureSkipVerify: true})
	if err == nil {
		c.Close()
	}
	return err
}

// D06: a TLS handshake that does not come is waited for as long as headers are.
func TestHostileD06(t *testing.T) {
	s := startTLS(t, func(c *server.Config) { c.Limits.HeaderTimeout = time.Second })
	for _, sent := range []string{"", "\x16\x03\x01\x02\x00\x01"} {
		c := dial(t, "127.0.0.1", s.Host)
		fmt.Fprint(c, sent)
		if took := closedWithin(t, c, 5*time.Second); took < 500*time.Millisecond {
			t.Errorf("closed after %v already", took)
		}
	}
}

// D06: a network has so many handshakes under way and no more; the next is closed unread, other networks are served, and
// what ends, well or not, makes room.
func TestHandshakesOfANetwork(t *testing.T) {
	const most = 20
	s := startTLS(t, func(c *server.Config) { c.Limits.Handshakes, c.Limits.HeaderTimeout = most, time.Minute })
	for range 3 * most { // these end by themselves, and are not counted any more
		c := dial(t, "127.0.1.1", s.Host)
		io.WriteString(c, "GET / HTTP/1.1\r\n\r\n")
		closedWithin(t, c, 5*time.Second)
	}
	time.Sleep(200 * time.Millisecond) // the last of them is closed before it is counted no more
	held := make([]net.Conn, most)
	for i := range held {
		held[i] = dial(t, fmt.Sprintf("127.0.1.%d", i+1), s.Host)
	}
	refused := dial(t, "127.0.1.200", s.Host)
	refused.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := refused.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one more than %d of a network is taken: %v", most, err)
	}
	if err := shake("127.0.2.1", s.Host); err != nil {
		t.Errorf("another network: %v", err)
	}
	if _, text := get(t, "GET", s.AdminURL()+"/metrics"); !strings.Contains(text, "\noctroid_handshakes_refused_total 1\n") {
		t.Error("the refusal is not counted")
	}
	held[0].Close()
	var err error
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = shake("127.0.1.200", s.Host); err == nil {
			break
		}
	}
	if err != nil {
		t.Errorf("after one has gone: %v", err)
	}
}

// D06: a network begins so many handshakes in a second; whoever is in stays in, and a listed proxy has no limit here.
func TestHandshakesInASecond(t *testing.T) {
	limited := func(c *server.Config) { c.Limits.HandshakeRate, c.Limits.HandshakeBurst = 1, 10 }
	s := startTLS(t, limited)
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.1.1")}}
	kept := &http.Client{Transport: &http.Transport{DialContext: d.DialContext, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	alive := func() error {
		answer, err := kept.Get("https://" + s.Host + "/readyz")
		if err == nil {
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		return err
	}
	if err := alive(); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for i := range 40 {
		if shake(fmt.Sprintf("127.0.1.%d", i+2), s.Host) != nil {
			failed++
		}
	}
	if failed < 20 {
		t.Errorf("40 handshakes at once of a network that may do 10: %d were refused", failed)
	}
	if err := alive(); err != nil {
		t.Errorf("who is in: %v", err)
	}
	if err := shake("127.0.2.1", s.Host); err != nil {
		t.Errorf("another network: %v", err)
	}

	behind := startTLS(t, func(c *server.Config) { limited(c); c.TrustedProxies = []string{"127.0.1.0/24"} })
	for range 30 {
		if err := shake("127.0.1.1", behind.Host); err != nil {
			t.Fatalf("a listed proxy: %v", err)
		}
	}
}
