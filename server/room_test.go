package server_test

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// RL14: connections that nothing comes on do not keep anybody out: the longest of them makes room. A request that is
// under way is not cut for another.
func TestRoomIsMade(t *testing.T) {
	const room = 8
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.Connections = room }))
	user := loginFor(t, s, "ci")
	response, _, err := user.do("POST", "/v2/"+s.Alias+"/team/app/blobs/uploads/", "", nil, 202)
	if err != nil {
		t.Fatal(err)
	}
	reader, writer := io.Pipe()
	request, err := http.NewRequest("PATCH", "http://"+s.Host+response.Header.Get("Location"), reader)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("AWS", user.password)
	request.Header.Set("Content-Type", "application/octet-stream")
	uploaded := make(chan error)
	go func() {
		answer, err := user.client.Do(request)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != 202 {
				err = fmt.Errorf("%s", answer.Status)
			}
		}
		uploaded <- err
	}()
	io.WriteString(writer, "half of a blob, ")

	idle, err := net.Dial("tcp", s.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	for _, sent := range []string{"", "GET /v2/ HTTP/1.1\r\nHost: " + s.Host + "\r\nX-", "GET /readyz HTTP/1.1\r\nHost: " + s.Host + "\r\n\r\n"} {
		for range 3 * room {
			io.WriteString(dial(t, "127.0.0.1", s.Host), sent)
		}
		fresh := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := fresh.Get(s.URL + "/readyz")
		if err != nil {
			t.Fatalf("among connections that send %q: %v", sent, err)
		}
		answer.Body.Close()
	}
	idle.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := idle.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("the connection that nothing ever came on is still open: %v", err)
	}
	io.WriteString(writer, "and the other")
	writer.Close()
	if err := <-uploaded; err != nil {
		t.Errorf("a request that was under way: %v", err)
	}
}

// D02: a network that holds all connections with requests that are just fast enough keeps nobody else out, and who came of
// others keeps what is under way.
func TestCrowdMakesRoom(t *testing.T) {
	const room = 8
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.Connections = room }))
	half := fmt.Sprintf("POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 2\r\n\r\n{", s.Host)
	other := dial(t, "127.0.3.1", s.Host)
	io.WriteString(other, half)
	time.Sleep(100 * time.Millisecond)
	for range 3 * room {
		io.WriteString(dial(t, "127.0.2.1", s.Host), half)
		time.Sleep(10 * time.Millisecond)
	}
	for range 3 {
		answer, err := (&http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.URL + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	io.WriteString(other, "}")
	other.SetReadDeadline(time.Now().Add(5 * time.Second))
	if answer, err := http.ReadResponse(bufio.NewReader(other), nil); err != nil || answer.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("the request of another network: %v, %v", answer, err)
	}
}

// With requests under way on all connections a newcomer waits, and gets in as soon as one of them is answered, also
// when its connection is kept.
func TestNewcomerWaits(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.Connections = 1 }))
	c := dial(t, "127.0.0.1", s.Host)
	fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 2\r\n\r\n{", s.Host)
	time.Sleep(100 * time.Millisecond)
	got := make(chan error)
	go func() {
		answer, err := http.Get(s.URL + "/readyz")
		if err == nil {
			answer.Body.Close()
		}
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("a second connection is served: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	io.WriteString(c, "}")
	if err := <-got; err != nil {
		t.Error(err)
	}
}

// RL12: who reads nothing is cut after one window, though the system took the beginning of the blob for it.
func TestReaderIsCutAfterOneWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for some seconds")
	}
	t.Parallel()
	const window = 4 * time.Second
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.DownloadRate, c.Limits.DownloadWindow = 1<<10, window }))
	user := loginFor(t, s, "ci")
	blob := make([]byte, 32<<20)
	rand.Read(blob)
	digest, err := user.pushBlob(s.Alias+"/team/app", blob)
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, "127.0.0.1", s.Host)
	c.(*net.TCPConn).SetReadBuffer(64 << 10)
	begun := time.Now()
	fmt.Fprintf(c, "GET /v2/%s/team/app/blobs/%s HTTP/1.1\r\nHost: %s\r\n\r\n", s.Alias, digest, s.Host)
	for time.Since(begun) < 2*window {
		time.Sleep(100 * time.Millisecond)
		if _, err := c.Write([]byte("x")); err != nil { // what a client that does not read notices it by
			break
		}
	}
	if took := time.Since(begun); took < window/2 || took > window*7/4 {
		t.Errorf("cut after %v, the window is %v", took, window)
	}
}
