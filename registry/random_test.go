package registry_test

import (
	"bufio"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/registry"
)

// TestHostileR07 has somebody who may do everything send 10,000 requests of random parts: none is a fault of ours,
// and nothing appears outside of the folders of content.
func TestHostileR07(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	front := must(registry.New(h.config))(t)
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"acme", "app", "..", ".", "", "%2e%2e", "%2f", "%00", "%ff", "é", "\x80", "a__b", "A", "v1", digest64, "sha256:", "sha512:x", "latest%0a",
		"manifests", "blobs", "uploads", "tags", "list", "referrers", "_catalog", uploadID, "x?digest=" + digest64, "?n=1", "?last=..%2f", "?_state=" + uploadID, "?mount=" + digest64 + "&from=../x",
		strings.Repeat("a", 300), "a;b", "~", "\\", "*", "'--", "token"}
	methods := []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"}
	for range 10_000 {
		path := "/v2/"
		if random.IntN(4) > 0 {
			path += "acme/app/"
		}
		for range 1 + random.IntN(4) {
			path += parts[random.IntN(len(parts))] + "/"
		}
		if random.IntN(8) > 0 {
			path = strings.TrimSuffix(path, "/")
		}
		method := methods[random.IntN(len(methods))]
		text := method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + ci + "\r\nContent-Length: 0\r\n\r\n"
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			continue // net/http refuses it
		}
		w := httptest.NewRecorder()
		front.Serve(w, r, access.Call{RequestID: "r", Method: method, Path: "random"}, external)
		if w.Code >= 500 {
			t.Fatalf("%s %q: %d %s", method, path, w.Code, w.Body)
		}
	}
	check(t, filepath.WalkDir(h.folder, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(h.folder, path)
		if !d.IsDir() && strings.Contains(name, "/") && !strings.HasPrefix(name, "registry/docker/registry/v2/blobs/sha256/") &&
			!strings.HasPrefix(name, "registry/docker/registry/v2/repositories/acme/") {
			t.Errorf("%s appeared", name)
		}
		return err
	}))
}
