package registry_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/registry"
)

// BenchmarkManifest is what an authenticated GET of a manifest costs, and what the engine alone costs.
func BenchmarkManifest(b *testing.B) {
	h := open(b)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	h.push(ci, "acme/private/app", "v1", "one")
	front := must(registry.New(h.config))(b)
	bearer := "Bearer " + h.bearer(ci, "repository:acme/private/app:pull")
	get := func(path, auth string) *http.Request {
		r := httptest.NewRequest("GET", path, nil)
		if auth != "" {
			r.Header.Set("Authorization", auth)
		}
		r.Header.Set("Accept", ociType)
		return r
	}
	for name, r := range map[string]*http.Request{
		"anonymous": get("/v2/acme/app/manifests/v1", ""),
		"basic":     get("/v2/acme/private/app/manifests/v1", ci),
		"bearer":    get("/v2/acme/private/app/manifests/v1", bearer),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				w := httptest.NewRecorder()
				front.Serve(w, r, access.Call{RequestID: "r", Method: "GET", Path: r.URL.Path}, external)
				if w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
	b.Run("engine", func(b *testing.B) {
		b.ReportAllocs()
		r := get("/v2/acme/app/manifests/v1", "")
		defer cpu(b)()
		for b.Loop() {
			w := httptest.NewRecorder()
			if err := h.engine.Serve(w, r, nil); err != nil || w.Code != 200 {
				b.Fatal(err, w.Code)
			}
		}
	})
}

// BenchmarkBlob is what a pull of a blob costs over a connection, client included: the first one of a blob, which is
// hashed, and the ones after it.
func BenchmarkBlob(b *testing.B) {
	h := open(b)
	ci := h.user("ci", everything("*"))
	for _, size := range []int{64 << 10, 8 << 20} {
		content := randomBlob(size)
		path := "/v2/acme/app/blobs/" + h.blob(ci, "acme/app", content)
		file := h.blobFile(digestOf(content))
		for _, kind := range []string{"hashed", "known"} {
			b.Run(fmt.Sprintf("%d/%s", size, kind), func(b *testing.B) {
				b.SetBytes(int64(size))
				time.Sleep(1100 * time.Millisecond)
				defer cpu(b)()
				for b.Loop() {
					if kind == "hashed" { // its time of change is now
						check(b, os.Chmod(file, 0o600))
					}
					a, err := http.Get(h.url + path)
					check(b, err)
					n, err := io.Copy(io.Discard, a.Body)
					check(b, errors.Join(err, a.Body.Close()))
					if n != int64(size) {
						b.Fatal(n)
					}
				}
			})
		}
	}
}

// cpu reports the processor time of an operation: of a busy machine's clock little can be read.
func cpu(b *testing.B) func() {
	start := spent(b)
	return func() { b.ReportMetric(float64((spent(b)-start).Nanoseconds())/float64(b.N), "cpu-ns/op") }
}

func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
