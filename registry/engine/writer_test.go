package engine_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/octroi/octroi/registry/engine"
)

// underWay is an engine with an upload that one request has begun and the next one writes to.
type underWay struct {
	t        *testing.T
	root     string
	engine   *engine.Engine
	location string
}

func begin(t *testing.T) *underWay {
	u := &underWay{t: t, root: t.TempDir()}
	var err error
	if u.engine, err = engine.Open(t.Context(), engine.Config{Root: u.root, Secret: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.engine.Close() })
	u.location = serve(t, u.engine, "POST", "/v2/acme/app/blobs/uploads/", "").Header.Get("Location")
	return u
}

// send sends a part, from where the upload is.
func (u *underWay) send(method, query string, body io.Reader) error {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, u.location+query, body)
	err := u.engine.Serve(w, r, nil)
	if next := w.Header().Get("Location"); err == nil && next != "" {
		u.location = next
	}
	return err
}

// status asks where the upload is, as a client does that was cut off.
func (u *underWay) status() error {
	w := httptest.NewRecorder()
	err := u.engine.Serve(w, httptest.NewRequest("GET", u.location, nil), nil)
	if err == nil {
		u.location = w.Header().Get("Location")
	}
	return err
}

func (u *underWay) files(pattern string) []string {
	all, err := filepath.Glob(filepath.Join(u.root, "docker/registry/v2/repositories/acme/app/_uploads/*", pattern))
	if err != nil {
		u.t.Fatal(err)
	}
	return all
}

func sumOf(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

var errCut = errors.New("the connection was cut")

// A client that was cut off goes on from where it is, and what it sends is held against its digest as a whole: no state
// of a hash is kept that is of other bytes than those before it.
func TestUploadThatIsCutOff(t *testing.T) {
	u := begin(t)
	if err := u.send("PATCH", "", bytes.NewReader([]byte("one "))); err != nil {
		t.Fatal(err)
	}
	if got := len(u.files("hashstates/sha256/4")); got != 1 {
		t.Fatalf("%d states of what was acknowledged", got)
	}
	if err := u.send("PATCH", "", io.MultiReader(bytes.NewReader([]byte("two ")), iotest.ErrReader(errCut))); err == nil {
		t.Fatal("what was cut off is acknowledged")
	}
	if got := u.files("hashstates/sha256/8"); len(got) != 0 {
		t.Errorf("a state of what nobody was told of: %v", got)
	}
	if err := u.status(); err != nil {
		t.Fatal(err)
	}
	if err := u.send("PATCH", "", bytes.NewReader([]byte("three"))); err != nil {
		t.Fatal(err)
	}
	if got := u.files("hashstates/sha256/*"); len(got) != 2 { // of 0 and 4 bytes
		t.Errorf("states of bytes that lack those before them: %v", got)
	}
	if err := u.send("PUT", "&digest="+sumOf([]byte("one two three")), nil); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := u.engine.ServeBlob(w, httptest.NewRequest("GET", "/", nil), "acme/app", sumOf([]byte("one two three"))); err != nil || w.Body.String() != "one two three" {
		t.Errorf("%q, %v", w.Body, err)
	}
}

// The same with another digest is refused, also where the digest of the last part alone is right.
func TestUploadThatIsCutOffAndOther(t *testing.T) {
	u := begin(t)
	if err := u.send("PATCH", "", io.MultiReader(bytes.NewReader([]byte("one ")), iotest.ErrReader(errCut))); err == nil {
		t.Fatal("what was cut off is acknowledged")
	}
	if err := u.status(); err != nil {
		t.Fatal(err)
	}
	if err := u.send("PUT", "&digest="+sumOf([]byte("two")), bytes.NewReader([]byte("two"))); err == nil {
		t.Error("the digest of a part is taken for that of the whole")
	}
}

// What a crash of the system leaves of files that were not flushed: names of files without content. The upload begins
// anew, or is read whole.
func TestUploadAfterACrash(t *testing.T) {
	u := begin(t)
	if err := u.send("PATCH", "", bytes.NewReader([]byte("one "))); err != nil {
		t.Fatal(err)
	}
	for _, state := range u.files("hashstates/sha256/*") {
		if err := os.Truncate(state, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := u.send("PUT", "&digest="+sumOf([]byte("one two")), bytes.NewReader([]byte("two"))); err != nil {
		t.Errorf("without its states: %v", err)
	}
	u = begin(t)
	if err := os.Truncate(u.files("startedat")[0], 0); err != nil {
		t.Fatal(err)
	}
	err := u.send("PATCH", "", bytes.NewReader([]byte("one ")))
	if refused := new(engine.Error); !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
		t.Errorf("without its begin: %v", err)
	}
}
