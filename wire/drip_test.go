package wire_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/wire"
)

// C18: an answer that drips, a byte a second, is given up after half a minute, and is not asked for again.
func TestHostileC18Drip(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	asked := make(chan struct{}, 8)
	go drip(l, asked)
	p := &peer{}
	if p.url, err = wire.ParseURL("http://" + l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = client(p).Do(t.Context(), getToken)
	var failed *wire.Error
	if !errors.As(err, &failed) || failed.ExitCode() != 255 || !strings.Contains(err.Error(), "30 seconds") {
		t.Errorf("C18: %v", err)
	}
	if took := time.Since(began); took < 25*time.Second || took > 45*time.Second || len(asked) != 1 {
		t.Errorf("C18: given up after %v and %d requests", took, len(asked))
	}
}

// drip answers each request a byte a second, without an end.
func drip(l net.Listener, asked chan<- struct{}) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
				return
			}
			asked <- struct{}{}
			_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
			for err == nil {
				time.Sleep(time.Second)
				_, err = io.WriteString(c, " ")
			}
		}()
	}
}
