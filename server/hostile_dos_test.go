package server_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/smithy-go"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// dial opens a connection from an address of this machine: each 127.0.n.1 is a network of its own.
func dial(t *testing.T, from, host string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// closedWithin reports how long it takes until the service closes a connection, whatever it says before.
func closedWithin(t *testing.T, c net.Conn, limit time.Duration) time.Duration {
	t.Helper()
	begun := time.Now()
	c.SetReadDeadline(begun.Add(limit))
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the connection is still open after %v", limit)
	}
	return time.Since(begun)
}

// trickle writes a byte at a time until the connection is closed.
func trickle(c net.Conn, every time.Duration) {
	for {
		if _, err := c.Write([]byte("x")); err != nil {
			return
		}
		time.Sleep(every)
	}
}

// loginFor is a password of a user who may push and pull below team/.
func loginFor(t *testing.T, s *servertest.Server, name string) registryClient {
	t.Helper()
	user := s.AddUser(name, servertest.ToLogIn(), s.On([]string{"ecr-public:*"}, "team/*"))
	password, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return openRegistry(s.Host, password)
}

// D01: headers that do not come, two thousand times at once, are waited for as long as is configured; others are served
// meanwhile.
func TestHostileD01(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.HeaderTimeout = 2 * time.Second }))
	user := loginFor(t, s, "ci")
	const many = 2000
	all := make([]net.Conn, many)
	for i := range all {
		all[i] = dial(t, fmt.Sprintf("127.0.%d.1", i%250), s.Host)
		fmt.Fprintf(all[i], "GET /v2/ HTTP/1.1\r\nHost: %s\r\nX-", s.Host)
	}
	begun := time.Now()
	if err := user.ping(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("somebody else waits %v", took)
	}
	var late atomic.Int32
	var wait sync.WaitGroup
	for _, c := range all {
		wait.Go(func() {
			c.SetReadDeadline(time.Now().Add(8 * time.Second))
			if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
				late.Add(1)
			}
		})
	}
	wait.Wait()
	if n := late.Load(); n > 0 {
		t.Errorf("%d of %d are held for as long as they like", n, many)
	}
}

// D02: an upload that trickles is cut, one that is slow and fast enough is not.
func TestHostileD02(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.UploadRate, c.Limits.UploadWindow = 100, time.Second }))
	user := loginFor(t, s, "ci")
	begin := func() string {
		response, _, err := user.do("POST", "/v2/"+s.Alias+"/team/app/blobs/uploads/", "", nil, 202)
		if err != nil {
			t.Fatal(err)
		}
		return response.Header.Get("Location")
	}
	request, err := http.NewRequest("PATCH", "http://"+s.Host+begin(), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("AWS", user.password)
	c := dial(t, "127.0.0.1", s.Host)
	fmt.Fprintf(c, "PATCH %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n",
		request.URL.RequestURI(), s.Host, request.Header.Get("Authorization"))
	go trickle(c, 100*time.Millisecond)
	if took := closedWithin(t, c, 10*time.Second); took < 500*time.Millisecond {
		t.Errorf("cut after %v already", took)
	}

	// 10 times 40 bytes, 10 a second: 400 bytes a second are enough, and it takes longer than a window.
	reader, writer := io.Pipe()
	go func() {
		for range 20 {
			writer.Write(bytes.Repeat([]byte("x"), 40))
			time.Sleep(100 * time.Millisecond)
		}
		writer.Close()
	}()
	slow, err := http.NewRequest("PATCH", "http://"+s.Host+begin(), reader)
	if err != nil {
		t.Fatal(err)
	}
	slow.SetBasicAuth("AWS", user.password)
	slow.Header.Set("Content-Type", "application/octet-stream")
	answer, err := user.client.Do(slow)
	if err != nil {
		t.Fatalf("a slow upload: %v", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 202 || answer.Header.Get("Range") != "0-799" {
		t.Errorf("a slow upload: %s, %s", answer.Status, answer.Header.Get("Range"))
	}
}

// D03: who does not read a blob is cut, who reads slowly gets all of it.
func TestHostileD03(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.DownloadRate, c.Limits.DownloadWindow = 1<<10, time.Second }))
	user := loginFor(t, s, "ci")
	blob := make([]byte, 48<<20) // more than the sockets hold
	rand.Read(blob)
	digest, err := user.pushBlob(s.Alias+"/team/app", blob)
	if err != nil {
		t.Fatal(err)
	}
	get := func() net.Conn {
		c := dial(t, "127.0.0.1", s.Host)
		c.(*net.TCPConn).SetReadBuffer(64 << 10)
		fmt.Fprintf(c, "GET /v2/%s/team/app/blobs/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", s.Alias, digest, s.Host)
		return c
	}
	c := get()
	time.Sleep(4 * time.Second)
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	if n, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) || n >= int64(len(blob)) {
		t.Errorf("who does not read for four seconds still gets %d bytes, %v", n, err)
	}

	slow := bufio.NewReaderSize(get(), 1<<10)
	head, err := http.ReadResponse(slow, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got int64
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		n, err := io.CopyN(io.Discard, head.Body, 128<<10)
		if got += n; err != nil {
			t.Fatalf("who reads slowly is cut after %d bytes: %v", got, err)
		}
	}
	rest, err := io.Copy(io.Discard, head.Body)
	if got += rest; got != int64(len(blob)) || err != nil {
		t.Errorf("who reads slowly gets %d of %d bytes, %v", got, len(blob), err)
	}
}

// D04: too many headers, or too long ones.
func TestHostileD04(t *testing.T) {
	s := servertest.Start(t)
	for name, header := range map[string]string{
		"1 MiB in one": "X: " + strings.Repeat("x", 1<<20) + "\r\n", "10,000": strings.Repeat("X: yyyyyyy\r\n", 10_000),
		"cookies": "Cookie: " + strings.Repeat("a=b; ", 100_000) + "\r\n", "17 KiB in one": "X: " + strings.Repeat("x", 17<<10) + "\r\n",
	} {
		c := dial(t, "127.0.0.1", s.Host)
		go fmt.Fprintf(c, "GET /v2/ HTTP/1.1\r\nHost: %s\r\n%s\r\n", s.Host, header)
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: %v, %v", name, answer, err)
		}
	}
}

// clientFrom is the SDK's client on a network of its own.
func clientFrom(from, host, id, secret string) *ecrpublic.Client {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	return ecrpublic.New(ecrpublic.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + host), Retryer: aws.NopRetryer{},
		Credentials: credentials(id, secret), HTTPClient: &http.Client{Transport: &http.Transport{DialContext: d.DialContext}}})
}

func codeOf(c *ecrpublic.Client) string {
	_, err := c.GetAuthorizationToken(context.Background(), &ecrpublic.GetAuthorizationTokenInput{})
	var failed smithy.APIError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &failed):
		return failed.ErrorCode()
	}
	return err.Error()
}
