package server_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/octroi/octroi/servertest"
)

// R37: what an answer names is this service, whatever Host a client wrote.
func TestHostileR37(t *testing.T) {
	s := servertest.Start(t)
	for _, host := range []string{"evil.example", "evil.example:443", s.Host + ".evil.example", "evil.example@" + s.Host, "[::1]:1"} {
		c := dial(t, "127.0.0.1", s.Host)
		fmt.Fprintf(c, "GET /v2/ HTTP/1.1\r\nHost: %s\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n", host)
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", host, err)
		}
		challenge := answer.Header.Get("WWW-Authenticate")
		if answer.StatusCode < 400 || strings.Contains(fmt.Sprint(answer.Header), "evil") || challenge != "" && !strings.Contains(challenge, `realm="`+s.URL+`/token/"`) {
			t.Errorf("%s: %s, %v", host, answer.Status, answer.Header)
		}
	}
}
