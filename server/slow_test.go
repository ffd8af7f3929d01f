package server_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
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
	var all sync.WaitGroup
	for name, request := range map[string]string{
		"cut":     "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: SpencerFrontendService.GetAuthorizationToken\r\nContent-Length: 20\r\n\r\n{",
		"refused": "PUT /nothing HTTP/1.1\r\nHost: %s\r\nContent-Length: 20\r\n\r\n{",
		"chunks":  "POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
	} {
		all.Go(func() {
			c, err := net.Dial("tcp", s.Host)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(45 * time.Second))
			fmt.Fprintf(c, request, s.Host)
			if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s: the connection is held for as long as the client likes", name)
			}
		})
	}
	all.Wait()
}
