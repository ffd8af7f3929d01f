package engine_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octroi/octroi/registry/engine"
)

const digest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae" // of foo

func TestOpenRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]engine.Config{
		"nothing":      {},
		"no folder":    {Secret: []byte("s")},
		"no secret":    {Root: t.TempDir()},
		"a file":       {Root: file, Secret: []byte("s")},
		"below a file": {Root: filepath.Join(file, "x"), Secret: []byte("s")},
	} {
		if e, err := engine.Open(t.Context(), c); err == nil {
			e.Close()
			t.Errorf("%s is accepted", name)
		}
	}
}

// TestBlob takes a blob through the engine, and finds it in its own repository only.
func TestBlob(t *testing.T) {
	e, err := engine.Open(t.Context(), engine.Config{Root: filepath.Join(t.TempDir(), "new"), Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	location := serve(t, e, "POST", "/v2/acme/app/blobs/uploads/", "").Header.Get("Location")
	if a := serve(t, e, "PUT", location+"&digest="+digest, "foo"); a.StatusCode != http.StatusCreated {
		t.Fatal(a.Status)
	}
	if size, err := e.BlobSize(t.Context(), "acme/app", digest); size != 3 || err != nil {
		t.Errorf("size %d, %v", size, err)
	}
	w := httptest.NewRecorder()
	if err := e.ServeBlob(w, httptest.NewRequest("GET", "/", nil), "acme/app", digest); err != nil || w.Body.String() != "foo" {
		t.Errorf("%q, %v", w.Body, err)
	}
	_, sizeErr := e.BlobSize(t.Context(), "acme/other", digest)
	_, manifestErr := e.Manifest(t.Context(), "acme/app", digest)
	_, manifestSizeErr := e.ManifestSize(t.Context(), "acme/app", digest)
	_, tagErr := e.Tag(t.Context(), "acme/app", "v1")
	blobErr := e.ServeBlob(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "acme/other", digest)
	for i, err := range []error{sizeErr, manifestErr, manifestSizeErr, tagErr, blobErr} {
		if !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, err := e.BlobSize(t.Context(), "../x", digest); err == nil || errors.Is(err, engine.ErrUnknown) {
		t.Errorf("a name that leaves: %v", err)
	}
}

// TestServe keeps what failed away from the client, and lets before keep back what did not.
func TestServe(t *testing.T) {
	e, err := engine.Open(t.Context(), engine.Config{Root: t.TempDir(), Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	w := httptest.NewRecorder()
	var refused *engine.Error
	err = e.Serve(w, httptest.NewRequest("GET", "/v2/acme/app/manifests/v1", nil), nil)
	if !errors.As(err, &refused) || refused.Status != 404 || refused.Code != "MANIFEST_UNKNOWN" || w.Body.Len() > 0 {
		t.Errorf("%v, %q", err, w.Body)
	}
	held := errors.New("held back")
	err = e.Serve(w, httptest.NewRequest("POST", "/v2/acme/app/blobs/uploads/", nil), func(status int) error {
		if status != http.StatusAccepted || !strings.HasPrefix(w.Header().Get("Location"), "/v2/acme/app/blobs/uploads/") {
			t.Errorf("before an answer of %d, %v", status, w.Header())
		}
		return held
	})
	if !errors.Is(err, held) || w.Body.Len() > 0 {
		t.Errorf("%v, %q", err, w.Body)
	}
}

// TestDropUpload leaves nothing of an upload.
func TestDropUpload(t *testing.T) {
	root := t.TempDir()
	e, err := engine.Open(t.Context(), engine.Config{Root: root, Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	location := serve(t, e, "POST", "/v2/acme/app/blobs/uploads/", "").Header.Get("Location")
	serve(t, e, "PATCH", location, "some")
	path, _, _ := strings.Cut(location, "?")
	for range 2 {
		if err := e.DropUpload(t.Context(), "acme/app", filepath.Base(path)); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(root, "docker/registry/v2/repositories/acme/app/_uploads/*"))
	if len(left) > 0 || err != nil {
		t.Errorf("left: %q %v", left, err)
	}
}

func serve(t *testing.T, e *engine.Engine, method, target, body string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	if err := e.Serve(w, httptest.NewRequest(method, target, strings.NewReader(body)), nil); err != nil {
		t.Fatal(err)
	}
	return w.Result()
}

// What a write was cut off in is not there any more after the next start, and the survey has nothing to say of it.
func TestWritesThatWereCutOff(t *testing.T) {
	root := t.TempDir()
	for _, beside := range []string{"written", "docker"} {
		if err := os.MkdirAll(filepath.Join(root, beside), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	half := filepath.Join(root, "written", "HALF")
	if err := os.WriteFile(half, []byte("half of a man"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := engine.Survey{Root: root, Found: func(file, problem, _ string) { t.Errorf("%s: %s", file, problem) }}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(t.Context(), engine.Config{Root: root, Secret: []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := os.Stat(half); err == nil {
		t.Error("it is still there")
	}
	serve(t, e, "POST", "/v2/acme/app/blobs/uploads/", "")
	if left, err := os.ReadDir(filepath.Join(root, "written")); len(left) > 0 || err != nil {
		t.Errorf("after a write: %v, %v", left, err)
	}
}
