package wire_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/wire"
)

// peer is a server that keeps each request as it came and answers with the next of its answers, as bytes. The
// last one repeats. An empty answer closes the connection.
type peer struct {
	url wire.URL
	mu  sync.Mutex
	got [][]byte
}

func newPeer(t *testing.T, answers ...string) *peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &peer{}
	if p.url, err = wire.ParseURL("http://" + l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.serve(c, answers[min(n, len(answers)-1)])
		}
	}()
	return p
}

func (p *peer) serve(c net.Conn, answer string) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	var seen bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &seen)))
	if err != nil {
		return
	}
	io.Copy(io.Discard, r.Body)
	p.mu.Lock()
	p.got = append(p.got, seen.Bytes())
	p.mu.Unlock()
	io.WriteString(c, answer)
}

func (p *peer) requests() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

// answer makes an answer of a status and a body; further fields as "Name: value".
func answer(status, body string, fields ...string) string {
	head := "HTTP/1.1 " + status + "\r\n"
	for _, f := range fields {
		head += f + "\r\n"
	}
	return head + "Content-Length: " + itoa(len(body)) + "\r\n\r\n" + body
}

func itoa(n int) string {
	var b []byte
	for ; n > 0 || b == nil; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}

const (
	testKey    = "AKIAEXAMPLEEXAMPLE22"
	testSecret = "secretcanary/secretcanarysecretcanary00"
)

// client calls p without pauses.
func client(p *peer) *wire.Client {
	return &wire.Client{
		Transport: &wire.Transport{Connect: 5 * time.Second, Read: 5 * time.Second},
		Endpoint:  p.url, Service: "ecr-public", Region: "us-east-1", Attempts: 3, UserAgent: "test/1",
		Signer: &wire.Credentials{AccessKeyID: testKey, Secret: principal.NewSecretFrom(testSecret)},
		Pause:  func(context.Context, time.Duration) error { return nil },
	}
}

var getToken = wire.Operation{
	Name: "GetAuthorizationToken",
	Header: []wire.Field{
		{Name: "X-Amz-Target", Value: "SpencerFrontendService.GetAuthorizationToken"},
		{Name: "Content-Type", Value: "application/x-amz-json-1.1"},
	},
	Body: []byte("{}"),
}

// names gives the field names of a request in order, and a reader for their values.
func names(t *testing.T, raw []byte) ([]string, http.Header, string) {
	t.Helper()
	head, body, _ := strings.Cut(string(raw), "\r\n\r\n")
	var order []string
	for _, line := range strings.Split(head, "\r\n")[1:] {
		name, _, _ := strings.Cut(line, ":")
		order = append(order, name)
	}
	reader := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw)))
	if _, err := reader.ReadLine(); err != nil {
		t.Fatal(err)
	}
	fields, err := reader.ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	return order, http.Header(fields), body
}

// signature computes what the signature of a request should be, from SigV4's definition.
func signature(h http.Header, path, region string, body []byte, signed []string) string {
	var canonical strings.Builder
	canonical.WriteString("POST\n" + path + "\n\n")
	for _, name := range signed {
		canonical.WriteString(name + ":" + h.Get(name) + "\n")
	}
	canonical.WriteString("\n" + strings.Join(signed, ";") + "\n" + sum(body))
	date := h.Get("X-Amz-Date")
	scope := date[:8] + "/" + region + "/ecr-public/aws4_request"
	text := "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sum([]byte(canonical.String()))
	key := []byte("AWS4" + testSecret)
	for _, part := range []string{date[:8], region, "ecr-public", "aws4_request"} {
		key = mac(key, part)
	}
	return hex.EncodeToString(mac(key, text))
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	io.WriteString(h, text)
	return h.Sum(nil)
}

// newSilent accepts connections and says nothing.
func newSilent(t *testing.T) wire.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	u, err := wire.ParseURL("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return u
}
