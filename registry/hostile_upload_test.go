package registry_test

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/registry"
)

// R42: one more open upload than a principal may have is refused, until one ends; another principal has its own. One
// that nobody writes to is removed, and its space is free.
func TestHostileR42(t *testing.T) {
	h := open(t, func(c *registry.Config) { c.Limits.Uploads, c.Limits.UploadIdle = 3, time.Hour })
	ci, other := h.user("ci", everything("*")), h.user("other", everything("*"))
	blob := []byte("blob")
	first := h.start(ci, "acme/app")
	second := h.start(ci, "acme/app")
	h.start(ci, "acme/else")
	a := h.want(h.do(ci, "POST", "/v2/acme/app/blobs/uploads/", nil), 429, "TOOMANYREQUESTS")
	if a.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	h.start(other, "acme/app")
	h.want(h.do(ci, "DELETE", first, nil), 204, "")
	third := h.start(ci, "acme/app")
	h.want(h.do(ci, "POST", "/v2/acme/app/blobs/uploads/", nil), 429, "TOOMANYREQUESTS")
	h.want(h.do(ci, "PUT", second+"&digest="+digestOf(blob), bytes.NewReader(blob)), 201, "")
	last := h.start(ci, "acme/app")

	location := h.want(h.do(ci, "PATCH", third, bytes.NewReader(make([]byte, 1<<20))), 202, "").Header.Get("Location")
	if n, err := h.front.RemoveIdleUploads(t.Context()); n != 0 || err != nil {
		t.Errorf("removed at once: %d, %v", n, err)
	}
	h.clock.Store(2 * 3600)
	if n, err := h.front.RemoveIdleUploads(t.Context()); n != 4 || err != nil {
		t.Errorf("removed after two hours: %d, %v; want 4", n, err)
	}
	h.want(h.do(ci, "PATCH", location, strings.NewReader("x")), 404, "BLOB_UPLOAD_UNKNOWN")
	h.want(h.do(ci, "PUT", last+"&digest="+digestOf(blob), bytes.NewReader(blob)), 404, "BLOB_UPLOAD_UNKNOWN")
	if left := uploadsLeft(t, h.folder); len(left) > 0 {
		t.Errorf("left of the uploads: %q", left)
	}
	for range 3 {
		h.start(ci, "acme/app")
	}
}

func uploadsLeft(t *testing.T, folder string) (left []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.Contains(path, "/_uploads/") {
			left = append(left, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}
