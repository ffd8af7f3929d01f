package server_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

func withMetrics(c *server.Config) { c.AdminListen = "127.0.0.1:0" }

func get(t *testing.T, method, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestMetrics(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(withMetrics))
	user := loginFor(t, s, "ci")
	if err := user.ping(); err != nil {
		t.Fatal(err)
	}
	if openRegistry(s.Host, "forged").ping() == nil {
		t.Fatal("a forged token is taken")
	}
	_, text := get(t, "GET", s.AdminURL()+"/metrics")
	for _, want := range []string{
		`octroid_decisions_total{front="aws",outcome="allow"} 2`, `octroid_decisions_total{front="registry",outcome="refuse"} 1`,
		`octroid_refusals_total{code="UNAUTHORIZED"} 1`, `octroid_tokens_issued_total{front="aws"} 1`, `octroid_tokens_redeemed_total{front="registry"} 1`,
		`octroid_audit_flush_seconds_count `, `octroid_audit_lag_records `, `octroid_keyring_age_seconds `, `octroid_keyring_next_rotation_seconds `,
		`octroid_store_version_age_seconds `, `octroid_connections `, `process_open_fds `, `go_goroutines `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	if strings.Contains(text, user.password) || strings.Contains(text, s.Account) {
		t.Error("the metrics hold a token or an account")
	}
}

// docs/operating.md lists every metric of ours, and no other.
func TestOperatingMetrics(t *testing.T) {
	cert, key := writeCertificate(t, t.TempDir(), time.Now().Add(time.Hour))
	s := servertest.Start(t, servertest.Configure(withMetrics), servertest.Configure(func(c *server.Config) { c.TLSCert, c.TLSKey = cert, key }))
	openRegistry(s.Host, "forged").ping() // counts something
	page := readFile(t, "../docs/operating.md")
	_, text := get(t, "GET", s.AdminURL()+"/metrics")
	known := map[string]bool{"octroid_tokens_issued_total": true, "octroid_tokens_redeemed_total": true, "octroid_decisions_total": true, "octroid_refusals_total": true}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (octroid_\w+)`).FindAllStringSubmatch(text, -1) {
		known[m[1]] = true
	}
	for name := range known {
		if !strings.Contains(page, "| `"+name+"` |") {
			t.Errorf("docs/operating.md does not list %s", name)
		}
	}
	for _, m := range regexp.MustCompile("`(octroid_\\w+)`").FindAllStringSubmatch(page, -1) {
		if !known[m[1]] {
			t.Errorf("docs/operating.md lists %s, which is not there", m[1])
		}
	}
}

// D11: what callers write makes no series.
func TestHostileD11(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(withMetrics))
	for i := range 500 {
		request, err := http.NewRequest("POST", fmt.Sprintf("%s/v2/%d/repo%d/blobs/uploads/?x=%d", s.URL, i, i, i), nil)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			request.URL.Path, request.URL.RawQuery = "/", ""
		}
		request.Header.Set("User-Agent", fmt.Sprint("agent", i))
		request.Header.Set("X-Amz-Target", fmt.Sprint("Target", i, ".Operation", i))
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	_, text := get(t, "GET", s.AdminURL()+"/metrics")
	series := 0
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, "#") {
			series++
		}
	}
	if series > 150 || strings.Contains(text, "agent499") || strings.Contains(text, "repo499") {
		t.Errorf("%d series", series)
	}
}

// H04, H21: metrics and profiles are not at the public port; at the other one there is nothing but figures; it is on
// this machine only.
func TestHostileH04(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(withMetrics))
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars"} {
		if code, _ := get(t, "GET", s.URL+path); code != 404 {
			t.Errorf("public %s: %d", path, code)
		}
	}
	for request, want := range map[string]int{
		"GET /metrics": 200, "GET /livez": 200, "GET /readyz": 200, "POST /metrics": 405, "DELETE /metrics": 405, "GET /": 404, "POST /": 404,
		"GET /v2/": 404, "GET /token/": 404, "GET /debug/pprof/": 404,
	} {
		method, path, _ := strings.Cut(request, " ")
		if code, _ := get(t, method, s.AdminURL()+path); code != want {
			t.Errorf("admin %s: %d, want %d", request, code, want)
		}
	}
	user := loginFor(t, s, "ci") // H21: a token makes no more of that port, and no less
	for path, want := range map[string]int{"/metrics": 200, "/": 404, "/v2/": 404, "/token/": 404} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			request, err := http.NewRequest(method, s.AdminURL()+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.SetBasicAuth("AWS", user.password)
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if want := map[bool]int{true: want, false: 405}[method == "GET" || want == 404]; answer.StatusCode != want {
				t.Errorf("admin %s %s with a token: %d, want %d", method, path, answer.StatusCode, want)
			}
		}
	}
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "nonsense"} {
		c := server.Defaults()
		c.Data, c.AdminListen = "x", listen
		if c.Check() == nil {
			t.Errorf("metrics on %s are taken", listen)
		}
	}
	if off := servertest.Start(t); off.AdminURL() != "http://" {
		t.Error("metrics are served without being asked for")
	}
}

// H10: what a caller writes into a record is cut.
func TestHostileH10(t *testing.T) {
	s := servertest.Start(t)
	for range 3 {
		request, err := http.NewRequest("GET", s.URL+"/v2/"+strings.Repeat("a/", 6000), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("User-Agent", strings.Repeat("\x01\xff", 8000))
		request.Header.Set("X-Amz-Target", strings.Repeat("[", 16000))
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			continue // net/http's client refuses some of it itself
		}
		answer.Body.Close()
	}
	s.Restart()
	text, err := os.ReadFile(filepath.Join(s.Data, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for l := range bytes.Lines(text) {
		if len(l) > 16<<10 {
			t.Errorf("a record of %d bytes", len(l))
		}
	}
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A certificate that ends within two weeks is warned of, and its end is a gauge.
func TestCertificateExpiry(t *testing.T) {
	var log lockedBuffer
	cert, key := writeCertificate(t, t.TempDir(), time.Now().Add(10*24*time.Hour))
	s := servertest.Start(t, servertest.Log(slog.New(slog.NewTextHandler(&log, nil))), servertest.Configure(withMetrics),
		servertest.Configure(func(c *server.Config) { c.TLSCert, c.TLSKey = cert, key }))
	if _, text := get(t, "GET", s.AdminURL()+"/metrics"); !strings.Contains(text, "octroid_certificate_expiry_seconds 86") {
		t.Error("the certificate's end is not in the metrics")
	}
	for end := time.Now().Add(5 * time.Second); !strings.Contains(log.String(), "ends soon"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no warning: %s", log.String())
		}
	}
}
