package engine_test

import (
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/octroi/octroi/registry/engine"
)

// A failure of the disk is told apart from a request that is wrong, whatever Distribution makes of it.
func TestDiskThatFails(t *testing.T) {
	root := t.TempDir()
	e, err := engine.Open(t.Context(), engine.Config{Root: root, Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	err = e.Serve(httptest.NewRecorder(), httptest.NewRequest("PUT", "/v2/acme/app/manifests/v1", strings.NewReader("{}")), nil)
	if err == nil || errors.Is(err, engine.ErrDisk) {
		t.Errorf("a manifest that is none: %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "docker"), nil, 0o600); err != nil { // no folder can be made
		t.Fatal(err)
	}
	err = e.Serve(httptest.NewRecorder(), httptest.NewRequest("POST", "/v2/acme/app/blobs/uploads/", nil), nil)
	var refused *engine.Error
	if !errors.Is(err, engine.ErrDisk) || !errors.As(err, &refused) || refused.Disk == nil {
		t.Errorf("a folder that cannot be made: %v", err)
	}
	select {
	case <-e.Broken():
		t.Error("broken for good by a folder that cannot be made")
	default:
	}
}

// After a flush that failed nothing is written any more, and what is there is still read.
func TestFlushThatFails(t *testing.T) {
	e, err := engine.Open(t.Context(), engine.Config{Root: t.TempDir(), Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	location := serve(t, e, "POST", "/v2/acme/app/blobs/uploads/", "").Header.Get("Location")
	serve(t, e, "PUT", location+"&digest="+digest, "foo")
	e.Judge(&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	select {
	case <-e.Broken():
		t.Fatal("broken for good by a full disk")
	default:
	}
	e.Judge(&fs.PathError{Op: "sync", Path: "x", Err: syscall.EIO})
	select {
	case <-e.Broken():
	default:
		t.Fatal("a flush failed, and it goes on")
	}
	err = e.Serve(httptest.NewRecorder(), httptest.NewRequest("POST", "/v2/acme/app/blobs/uploads/", nil), nil)
	if !errors.Is(err, engine.ErrDisk) {
		t.Errorf("afterwards: %v", err)
	}
	w := httptest.NewRecorder()
	if err := e.ServeBlob(w, httptest.NewRequest("GET", "/", nil), "acme/app", digest); err != nil || w.Body.String() != "foo" {
		t.Errorf("%q, %v", w.Body, err)
	}
}

// A tag that a push was cut off in is not listed: its folder is there, and leads nowhere.
func TestTagsOfPushesThatWereCutOff(t *testing.T) {
	root := t.TempDir()
	e, err := engine.Open(t.Context(), engine.Config{Root: root, Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, _, err := e.Tags(t.Context(), "acme/app", "", 10); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("of nothing: %v", err)
	}
	tags := filepath.Join(root, "docker/registry/v2/repositories/acme/app/_manifests/tags")
	for _, name := range []string{"c", "a", "b", "d"} {
		if err := os.MkdirAll(filepath.Join(tags, name, "current"), 0o700); err != nil {
			t.Fatal(err)
		}
		if name == "b" {
			continue
		}
		if err := os.WriteFile(filepath.Join(tags, name, "current", "link"), []byte(digest), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		last string
		n    int
		want string
		more bool
	}{{"", 10, "a c d", false}, {"", 2, "a c", true}, {"", 3, "a c d", false}, {"a", 1, "c", true}, {"b", 10, "c d", false}, {"d", 1, "", false}, {"", 0, "", true}} {
		got, more, err := e.Tags(t.Context(), "acme/app", c.last, c.n)
		if err != nil || strings.Join(got, " ") != c.want || more != c.more {
			t.Errorf("%d after %q: %q, %v, %v", c.n, c.last, got, more, err)
		}
	}
}
