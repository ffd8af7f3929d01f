package server_test

import (
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/octroi/octroi/servertest"
)

// A body that does not come (S11 cut short, S29 without an end, D02) is waited for half a minute, also by a request that
// is refused before its body is read, and by nobody's in particular.
func TestBodyThatDoesNotCome(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for half a minute")
	}
	t.Parallel()
	s := servertest.Start(t)
	for name, request := range map[string]string{
		"cut":     "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: SpencerFrontendService.GetAuthorizationToken\r\nContent-Length: 20\r\n\r\n{",
		"refused": "PUT /nothing HTTP/1.1\r\nHost: %s\r\nContent-Length: 20\r\n\r\n{",
		"chunks":  "POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := net.Dial("tcp", s.Host)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(45 * time.Second))
			fmt.Fprintf(c, request, s.Host)
			if _, err := io.Copy(io.Discard, c); err != nil {
				if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
					t.Error("the connection is held for as long as the client likes")
				}
			}
		})
	}
}
