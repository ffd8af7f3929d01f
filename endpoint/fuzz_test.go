package endpoint_test

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/endpoint"
	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/sigv4"
	"github.com/octroi/octroi/store"
)

// FuzzServe sends whatever net/http reads as a request: none of it is answered with anything but a refusal, in one of
// the two protocols, under a request id.
func FuzzServe(f *testing.F) {
	for _, m := range []message{
		{method: "POST", uri: "/", proto: "HTTP/1.1", body: "{}", lines: []line{{"Host", "h"}, {"Content-Type", "application/x-amz-json-1.1"},
			{"X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken"}, {"X-Amz-Date", "20260101T000000Z"},
			{"Authorization", "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEEXAMPLE22/20260101/us-east-1/ecr-public/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + strings.Repeat("0", 64)}}},
		{method: "POST", uri: "/?X-Amz-Credential=a", proto: "HTTP/1.0", body: "Action=GetCallerIdentity&Version=2011-06-15", lines: []line{{"Host", "h"},
			{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}},
		{method: "POST", uri: "/", proto: "HTTP/1.1", raw: true, body: "2\r\n{}\r\n0\r\n\r\n", lines: []line{{"Host", "h"}, {"Transfer-Encoding", "chunked"}}},
		{method: "OPTIONS", uri: "*", proto: "HTTP/1.1", lines: []line{{"Host", "h"}}},
	} {
		f.Add(m.bytes())
	}
	e := newEndpoint(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		e.Serve(w, r, access.Call{RequestID: "an id", Method: r.Method})
		var wire bytes.Buffer
		if err := w.Result().Header.Write(&wire); err != nil || !strings.Contains(wire.String(), "x-amzn-RequestId: an id\r\n") {
			t.Fatalf("no request id in %q", wire.String())
		}
		if w.Code < 400 || w.Code >= 500 {
			t.Fatalf("answers %d", w.Code)
		}
		got := answer{Response: w.Result(), body: w.Body.String()}.fault()
		if got.code == "" {
			t.Fatalf("no fault in %q", w.Body)
		}
		io.Copy(io.Discard, r.Body)
	})
}

func newEndpoint(f *testing.F) *endpoint.Endpoint {
	folder := f.TempDir()
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	s, err := store.Open(f.Context(), store.Config{Path: filepath.Join(folder, "octroi.db"), Root: root})
	if err != nil {
		f.Fatal(err)
	}
	log, err := audit.Open(audit.Config{Folder: folder})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { log.Close(); s.Close() })
	control := &access.Control{Store: s, Log: log, Now: time.Now}
	i, err := issuer.New(f.Context(), issuer.Config{Store: s, Access: control, Now: time.Now})
	if err != nil {
		f.Fatal(err)
	}
	return endpoint.New(endpoint.Config{Store: s, Access: control, Issuer: i, Identity: &identity.Identity{Access: control},
		Log: slog.New(slog.DiscardHandler), Verifier: &sigv4.Verifier{Hosts: func(string) bool { return true }}})
}
