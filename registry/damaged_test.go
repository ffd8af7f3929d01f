package registry_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
)

// blobFile is where the content of a digest is.
func (h *house) blobFile(digest string) string {
	name := strings.TrimPrefix(digest, "sha256:")
	return filepath.Join(h.folder, "registry/docker/registry/v2/blobs/sha256", name[:2], name, "data")
}

// pulled is what a client gets of a GET, and whether it got all that was announced.
func (h *house) pulled(path string, header ...string) (status int, body []byte, err error) {
	h.Helper()
	r, err := http.NewRequest("GET", h.url+path, nil)
	check(h.TB, err)
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer a.Body.Close()
	body, err = io.ReadAll(a.Body)
	return a.StatusCode, body, err
}

func randomBlob(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

// damages are ways in which a file is not what it was.
var damages = map[string]func([]byte) []byte{
	"first byte": func(b []byte) []byte { return flipped(b, 0) },
	"middle":     func(b []byte) []byte { return flipped(b, len(b)/2) },
	"last byte":  func(b []byte) []byte { return flipped(b, len(b)-1) },
	"cut off":    func(b []byte) []byte { return b[:len(b)-1] },
	"longer":     func(b []byte) []byte { return append(bytes.Clone(b), 0) },
	"emptied":    func([]byte) []byte { return nil },
	"halved":     func(b []byte) []byte { return b[:len(b)/2] },
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// RL22: whatever happened to the file of a blob, no answer with its bytes becomes whole: not the first one, and not one
// after the blob was found sound; the operator is told, and there is a record.
func TestDamagedBlobIsNeverServedWhole(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	for size, label := range map[int]string{1: "a byte", 2000: "small", 65_537: "larger than is read at once", 5 << 20: "large"} {
		content := randomBlob(size)
		digest := h.blob(ci, "acme/app", content)
		path, file := "/v2/acme/app/blobs/"+digest, h.blobFile(digest)
		time.Sleep(1100 * time.Millisecond) // from now on it is remembered
		for name, damage := range damages {
			t.Run(label+", "+name, func(t *testing.T) {
				h := h.in(t)
				check(t, os.WriteFile(file, content, 0o600))
				if status, body, err := h.pulled(path); status != 200 || err != nil || !bytes.Equal(body, content) {
					t.Fatalf("sound: %d, %d bytes, %v", status, len(body), err)
				}
				check(t, os.WriteFile(file, damage(content), 0o600))
				h.damaged.Store("")
				for range 2 {
					status, body, err := h.pulled(path)
					if err == nil && status != 500 {
						t.Errorf("damaged: %d, %d bytes, whole", status, len(body))
					}
					if err != nil && len(body) > 0 && len(body) >= len(damage(content)) {
						t.Errorf("all bytes were given out: %d", len(body))
					}
				}
				if got := h.damaged.Load(); got != "blob "+digest {
					t.Errorf("the operator is told %q", got)
				}
			})
		}
		check(t, os.WriteFile(file, content, 0o600))
		if status, body, err := h.pulled(path); status != 200 || err != nil || !bytes.Equal(body, content) {
			t.Errorf("mended: %d, %d bytes, %v", status, len(body), err)
		}
	}
	records := h.audit()
	last := records[len(records)-2] // the last one is the pull of what was mended
	if last.Outcome != audit.Refused || !strings.Contains(last.Reason, "damaged") {
		t.Errorf("recorded: %+v", last)
	}
}

// A blob that was found sound is left to the system to send: if it is changed meanwhile, its end does not come.
func TestBlobThatIsDamagedWhileItIsSent(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	content := randomBlob(32 << 20) // more than the sockets hold
	digest := h.blob(ci, "acme/app", content)
	path, file := "/v2/acme/app/blobs/"+digest, h.blobFile(digest)
	time.Sleep(1100 * time.Millisecond)
	for _, known := range []string{"unknown", "known to be sound"} {
		t.Run(known, func(t *testing.T) {
			a, err := http.Get(h.url + path)
			check(t, err)
			defer a.Body.Close()
			_, err = io.CopyN(io.Discard, a.Body, 1000)
			check(t, err)
			f, err := os.OpenFile(file, os.O_WRONLY, 0)
			check(t, err)
			if known == "unknown" { // beyond what was read
				_, err = f.WriteAt([]byte{content[len(content)-1] ^ 1}, int64(len(content)-1))
			} else { // and also where it went by long ago
				_, err = f.WriteAt([]byte{content[0] ^ 1}, 0)
			}
			check(t, errors.Join(err, f.Close()))
			n, err := io.Copy(io.Discard, a.Body)
			if err == nil || n+1000 >= int64(len(content)) {
				t.Errorf("%d bytes more, %v", n, err)
			}
			check(t, os.WriteFile(file, content, 0o600))
			time.Sleep(1100 * time.Millisecond)
			if status, body, err := h.pulled(path); status != 200 || err != nil || len(body) != len(content) {
				t.Fatalf("mended: %d, %d bytes, %v", status, len(body), err)
			}
		})
	}
}

// A range has no hash: it is served, the blob behind it is looked at, and from then on nothing of it is.
func TestRangeOfADamagedBlob(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	content := randomBlob(1 << 20)
	digest := h.blob(ci, "acme/app", content)
	path := "/v2/acme/app/blobs/" + digest
	check(t, os.WriteFile(h.blobFile(digest), flipped(content, 700_000), 0o600))
	time.Sleep(1100 * time.Millisecond)
	if status, body, err := h.pulled(path, "Range: bytes=0-99"); status != 206 || err != nil || !bytes.Equal(body, content[:100]) {
		t.Fatalf("%d, %d bytes, %v", status, len(body), err)
	}
	for end := time.Now().Add(10 * time.Second); h.damaged.Load() == nil && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if got := h.damaged.Load(); got != "blob "+digest {
		t.Fatalf("the operator is told %v", got)
	}
	for _, r := range []string{"bytes=0-99", "bytes=-1", "bytes=0-"} {
		if status, _, err := h.pulled(path, "Range: "+r); status != 500 || err != nil {
			t.Errorf("%s: %d, %v", r, status, err)
		}
	}
	whole := digestOf(content[:70_000])
	h.blob(ci, "acme/app", content[:70_000])
	check(t, os.WriteFile(h.blobFile(whole), flipped(content[:70_000], 5), 0o600))
	if status, body, err := h.pulled("/v2/acme/app/blobs/"+whole, "Range: bytes=0-"); err == nil && status < 400 {
		t.Errorf("a range that is all of it: %d, %d bytes", status, len(body))
	}
}

// RL22: a manifest, and what leads to one, is held against its digest before anything of it is sent.
func TestDamagedManifest(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	m := h.push(ci, "acme/app", "v1", "one")
	other := h.push(ci, "acme/app", "v2", "other")
	digest := digestOf(m)
	file := h.blobFile(digest)
	for at := range m {
		check(t, os.WriteFile(file, flipped(m, at), 0o600))
		h.damaged.Store("")
		for _, reference := range []string{"v1", digest} {
			h.want(h.do("", "GET", "/v2/acme/app/manifests/"+reference, nil), 500, "UNKNOWN")
		}
		if got := h.damaged.Load(); got != "manifest "+digest {
			t.Fatalf("byte %d: the operator is told %q", at, got)
		}
	}
	check(t, os.WriteFile(file, m, 0o600))
	h.want(h.do("", "GET", "/v2/acme/app/manifests/v1", nil), 200, "")

	links := filepath.Join(h.folder, "registry/docker/registry/v2/repositories/acme/app")
	layer := digestOf([]byte("layer one"))
	for path, request := range map[string]string{
		"_manifests/revisions/sha256/" + strings.TrimPrefix(digest, "sha256:") + "/link": "manifests/" + digest,
		"_manifests/tags/v1/current/link":                                                "manifests/v1",
		"_layers/sha256/" + strings.TrimPrefix(layer, "sha256:") + "/link":               "blobs/" + layer,
	} {
		file := filepath.Join(links, path)
		text := must(os.ReadFile(file))(t)
		for at := range text {
			check(t, os.WriteFile(file, flipped(text, at), 0o600))
			if a := h.do("", "GET", "/v2/acme/app/"+request, nil); a.StatusCode != 404 && a.StatusCode != 500 {
				t.Errorf("%s, byte %d: %d %s", path, at, a.StatusCode, a.body)
			}
		}
		check(t, os.WriteFile(file, []byte(digestOf(other)), 0o600)) // another one that is there
		a := h.do("", "GET", "/v2/acme/app/"+request, nil)
		if request != "manifests/v1" && a.StatusCode != 500 {
			t.Errorf("%s, leading elsewhere: %d %s", path, a.StatusCode, a.body)
		}
		check(t, os.WriteFile(file, text, 0o600))
		h.want(h.do("", "GET", "/v2/acme/app/"+request, nil), 200, "")
	}
}

// R40: a link that somebody planted where the engine has its files is not read through, and not written through.
func TestHostileR40(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	secret := filepath.Join(t.TempDir(), "secret")
	check(t, os.WriteFile(secret, []byte("what belongs to somebody else"), 0o600))
	content := randomBlob(100_000)
	digest := h.blob(ci, "acme/app", content)
	file := h.blobFile(digest)
	same := filepath.Join(t.TempDir(), "same")
	check(t, os.WriteFile(same, content, 0o600))
	for name, plant := range map[string]func() error{
		"a symbolic link out":           func() error { return os.Symlink(secret, file) },
		"a symbolic link out, the same": func() error { return os.Symlink(same, file) },
		"a hard link":                   func() error { return os.Link(secret, file) },
		"a folder":                      func() error { return os.Mkdir(file, 0o700) },
	} {
		t.Run("blob, "+name, func(t *testing.T) {
			h := h.in(t)
			check(t, os.Remove(file))
			check(t, plant())
			for _, header := range []string{"Accept: */*", "Range: bytes=0-"} {
				if status, body, err := h.pulled("/v2/acme/app/blobs/"+digest, header); err == nil && status < 400 || bytes.Contains(body, []byte("belongs")) {
					t.Errorf("%d %q, %v", status, body, err)
				}
			}
		})
	}
	for name, plant := range map[string]func(string) error{
		"a symbolic link": func(path string) error { return os.Symlink(secret, path) },
		"a hard link":     func(path string) error { return os.Link(secret, path) },
		"a dangling link": func(path string) error { return os.Symlink(filepath.Join(t.TempDir(), "new"), path) },
	} {
		t.Run("upload, "+name, func(t *testing.T) {
			h := h.in(t)
			location := h.start(ci, "acme/app")
			path, _, _ := strings.Cut(location, "?")
			data := filepath.Join(h.folder, "registry/docker/registry/v2/repositories/acme/app/_uploads", filepath.Base(path), "data")
			check(t, os.Remove(data))
			check(t, plant(data))
			h.damaged.Store("")
			h.want(h.do(ci, "PATCH", location, strings.NewReader("overwritten")), 500, "UNKNOWN")
			h.want(h.do(ci, "PUT", location+"&digest="+digestOf([]byte("overwritten")), strings.NewReader("overwritten")), 500, "UNKNOWN")
			if text := must(os.ReadFile(secret))(t); string(text) != "what belongs to somebody else" {
				t.Errorf("written through: %q", text)
			}
			if got, _ := h.damaged.Load().(string); !strings.HasPrefix(got, "upload ") {
				t.Errorf("nobody is told: %q", got)
			}
		})
	}
}
