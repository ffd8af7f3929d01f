package registry_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/registry"
)

// FuzzServe sends whatever net/http reads as a request, as somebody who may do everything where it says @: no answer says
// that the service failed (R07), and none is without a body or a length where it refuses.
func FuzzServe(f *testing.F) {
	h := open(f, func(c *registry.Config) {
		c.Limits.Repositories, c.Limits.Tags, c.Limits.Uploads, c.Limits.Blob = 20, 20, 20, 1<<20
	})
	ci := h.user("ci", everything("*"))
	image := h.push(ci, "acme/app", "v1", "a note")
	blob := h.blob(ci, "acme/app", []byte("content"))
	for _, seed := range []string{
		"GET /v2/ HTTP/1.1", "GET /v2/_catalog?n=-1&last=%00 HTTP/1.1", "GET /v2/acme/app/tags/list?n=1&last=v0 HTTP/1.1", "GET /v2/acme/app/manifests/v1 HTTP/1.1",
		"GET /v2/acme/app/blobs/" + blob + " HTTP/1.1\r\nRange: bytes=-0", "GET /v2/acme/app/blobs/" + blob + " HTTP/1.1\r\nRange: bytes=2-1,9-\r\nIf-Range: x",
		"GET /v2/acme/app/blobs/" + blob + " HTTP/1.1\r\nRange: bytes=0-18446744073709551616", "HEAD /v2/acme/app/blobs/" + blob + " HTTP/1.1\r\nIf-None-Match: *",
		"POST /v2/acme/app/blobs/uploads/ HTTP/1.1\r\nContent-Length: 0", "POST /v2/acme/b/blobs/uploads/?mount=" + blob + "&from=acme/app HTTP/1.1\r\nContent-Length: 0",
		"POST /v2/acme/app/blobs/uploads/?digest=" + blob + " HTTP/1.1\r\nContent-Length: 7\r\nContent-Type: multipart/form-data; boundary=x",
		"PATCH /v2/acme/app/blobs/uploads/2e2e2e2e-2e2e-4e2e-8e2e-2e2e2e2e2e2e?_state=x&_owner=y HTTP/1.1\r\nContent-Range: 0-6\r\nContent-Length: 7",
		"PUT /v2/acme/app/manifests/v2 HTTP/1.1\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\nContent-Length: " + fmt.Sprint(len(image)) + "\r\n\r\n" + string(image),
		"DELETE /v2/acme/app/manifests/v1 HTTP/1.1", "GET /v2/acme/app/referrers/" + blob + "?artifactType=a/b HTTP/1.1", "DELETE /v2/acme/app/blobs/" + blob + " HTTP/1.1",
		"GET /token/?service=x&scope=repository:acme/app:pull&scope=repository:a/b:c:* HTTP/1.1", "GET /v2/acme/a%2f..%2fb/tags/list HTTP/1.1", "GET /v2/acme/app/manifests/latest%0a HTTP/1.1",
		"POST /token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\ngrant_type=password&", "CONNECT /v2/ HTTP/1.1", "GET //v2/_catalog HTTP/1.0",
	} {
		head, body, _ := strings.Cut(seed, "\r\n\r\n")
		f.Add([]byte(head + "\r\nHost: h\r\nAuthorization: @\r\n\r\n" + body))
		f.Add([]byte(head + "\r\nHost: h\r\n\r\n" + body))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
		if err != nil {
			return
		}
		if r.Header.Get("Authorization") == "@" {
			r.Header.Set("Authorization", ci)
		}
		w := httptest.NewRecorder()
		h.front.Serve(w, r, access.Call{RequestID: "an id", Method: r.Method}, external)
		if w.Code >= 500 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w.Code >= 400 && !strings.HasPrefix(w.Body.String(), `{"errors":[{"code":"`) {
			t.Fatalf("%d without a code: %q", w.Code, w.Body)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" && w.Code < 300 {
			t.Fatalf("a browser may guess: %v", w.Header())
		}
		io.Copy(io.Discard, r.Body)
	})
}

// FuzzCredential: what an Authorization header shows is spelled in one way.
func FuzzCredential(f *testing.F) {
	for _, seed := range []string{"Basic " + base64.StdEncoding.EncodeToString([]byte("AWS:password")), "Basic QVdTOnBhc3N3b3Jk\n", "Bearer QVdTOnBhc3N3b3Jk", "bearer a.b-c_d", "Basic QVdTOnB=", "Basic", "Bearer  x",
		"Basic " + base64.StdEncoding.EncodeToString([]byte("AWS\x00:password")), "Basic " + base64.URLEncoding.EncodeToString([]byte("AWS:\xff\xfe")), "Negotiate x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		password, bearer, err := registry.ReadCredential(line)
		_, text, _ := strings.Cut(line, " ")
		switch {
		case err != nil && password+bearer != "", err == nil && (password == "") == (bearer == ""):
			t.Fatalf("%q shows %q and %q: %v", line, password, bearer, err)
		case password != "" && base64.StdEncoding.EncodeToString([]byte("AWS:"+password)) != text, bearer != "" && bearer != text:
			t.Fatalf("%q is a second spelling", line)
		case strings.ContainsAny(password+bearer, "\r\n :"):
			t.Fatalf("%q shows %q", line, password+bearer)
		}
	})
}

// FuzzContentRange: a range that is taken is as long as the body, and spelled in one way: the engine reads it again (R10).
func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"0-9", "bytes=0-9", "9-0", "-1-8", "00-9", "0-9223372036854775807", "0-18446744073709551615", "0-9-", "0 - 9", "+0-9", "0-9/10"} {
		f.Add(seed, int64(10))
	}
	f.Fuzz(func(t *testing.T, line string, length int64) {
		if registry.CheckContentRange(line, length) != nil {
			return
		}
		var first, last int64
		if n, err := fmt.Sscanf(line, "%d-%d", &first, &last); n != 2 || err != nil || fmt.Sprintf("%d-%d", first, last) != line || last-first+1 != length || first < 0 {
			t.Fatalf("%q is taken for %d bytes", line, length)
		}
	})
}
