package registry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A blob is served as a whole, in one range, as its headers only, or not at all to who has it; and no longer once its
// content is gone, though its link is there.
func TestBlobIsServedAsAsked(t *testing.T) {
	h := open(t)
	const content = "some content"
	digest := digestOf([]byte(content))
	ci := h.user("ci", everything("*"))
	h.want(h.do(ci, "PUT", h.start(ci, "acme/served")+"&digest="+digest, strings.NewReader(content)), 201, "")
	path := "/v2/acme/served/blobs/" + digest

	for _, row := range []struct {
		name, method, header string
		status               int
		code, body, length   string
	}{
		{"whole", "GET", "Accept: */*", 200, "", content, "12"},
		{"headers", "HEAD", "Accept: */*", 200, "", "", "12"},
		{"a range", "GET", "Range: bytes=5-8", 206, "", "cont", "4"},
		{"the end", "GET", "Range: bytes=-4", 206, "", "tent", "4"},
		{"known", "GET", `If-None-Match: "` + digest + `"`, 304, "", "", ""},
		{"beyond", "GET", "Range: bytes=12-", 416, "RANGE_INVALID", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.in(t)
			a := h.want(h.do("", row.method, path, nil, row.header), row.status, row.code)
			if row.code != "" {
				return
			}
			if a.body != row.body || a.Header.Get("Content-Length") != row.length || a.Header.Get("Docker-Content-Digest") != digest {
				t.Errorf("got %q with %v", a.body, a.Header)
			}
		})
	}

	name := strings.TrimPrefix(digest, "sha256:")
	check(t, os.Remove(filepath.Join(h.folder, "registry/docker/registry/v2/blobs/sha256", name[:2], name, "data")))
	h.want(h.do("", "GET", path, nil), 404, "BLOB_UNKNOWN")
}
