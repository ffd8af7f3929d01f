package server_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/servertest"
)

// D12: with 256 files the service takes as many connections as it can serve, issues tokens while they are open, and
// takes new ones as soon as they are gone.
func TestHostileD12(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	p, folder := build(t), t.TempDir()
	limited := filepath.Join(folder, "octroid")
	writeScript(t, limited, "#!/bin/sh\nulimit -n 256 && exec "+p.path+" \"$@\"\n")
	s := program{limited}.serve(t, filepath.Join(folder, "data"))
	kept := &http.Client{Timeout: 5 * time.Second} // its connection is open before the others are
	alive := func(c *http.Client) error {
		answer, err := c.Get("http://" + s.host + "/readyz")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != 200 {
			return fmt.Errorf("%s", answer.Status)
		}
		var body bytes.Buffer
		body.ReadFrom(answer.Body)
		return nil
	}
	if err := alive(kept); err != nil {
		t.Fatal(err)
	}
	var all []net.Conn
	for range 400 {
		c, err := net.DialTimeout("tcp", s.host, time.Second)
		if err != nil {
			break // the port's queue is full
		}
		all = append(all, c)
	}
	for range 3 {
		if err := alive(kept); err != nil {
			t.Errorf("while %d connections are open: %v", len(all), err)
		}
	}
	for _, c := range all {
		c.Close()
	}
	begun := time.Now()
	if err := alive(&http.Client{Timeout: 10 * time.Second}); err != nil || time.Since(begun) > 5*time.Second {
		t.Errorf("afterwards: %v after %v", err, time.Since(begun))
	}
	if text := s.output.String(); strings.Contains(text, "too many open files") {
		t.Errorf("logged: %s", text)
	}
}

func writeScript(t *testing.T, path, text string) {
	t.Helper()
	if out, err := exec.Command("sh", "-c", `printf %s "$1" >"$0" && chmod 700 "$0"`, path, text).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// D16, for some seconds: random bytes, and mangled requests, bring down nothing and leave no goroutine behind. (Every
// parser has a fuzz target beside.)
func TestHostileD16(t *testing.T) {
	s := servertest.Start(t)
	before := runtime.NumGoroutine()
	request := fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: SpencerFrontendService.GetAuthorizationToken\r\n"+
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/ecr-public/aws4_request, SignedHeaders=host, Signature=%064d\r\nContent-Length: 2\r\n\r\n{}", s.Host, 0)
	random := mathrand.New(mathrand.NewPCG(1, 2))
	for i, end := 0, untilWhen(t); i < 1500 || time.Now().Before(end); i++ {
		c := dial(t, "127.0.0.1", s.Host)
		b := bytes.Clone(request)
		if i%3 == 0 {
			b = make([]byte, 1+random.IntN(2000))
			rand.Read(b)
		} else {
			for range 1 + random.IntN(8) {
				b[random.IntN(len(b))] = byte(random.IntN(256))
			}
		}
		c.Write(b)
		c.Close()
	}
	if answer, err := http.Get(s.URL + "/readyz"); err != nil || answer.StatusCode != 200 {
		t.Fatalf("afterwards: %v, %v", answer, err)
	}
	http.DefaultClient.CloseIdleConnections()
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+5; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, before there were %d", runtime.NumGoroutine(), before)
		}
	}
}

// untilWhen is until when random bytes are sent: OCTROI_RANDOM is a duration, as 10m.
func untilWhen(t *testing.T) time.Time {
	text := os.Getenv("OCTROI_RANDOM")
	if text == "" {
		return time.Time{}
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("OCTROI_RANDOM: %v", err)
	}
	return time.Now().Add(long)
}

// D10: what somebody without a key can have done is cheap. The bound is far above what is measured (about 60 us of
// both sides together, on a machine with two cores), so that a busy machine does not fail it.
func TestHostileD10(t *testing.T) {
	s := servertest.Start(t)
	var before, after runtime.MemStats
	for name, request := range map[string]func() (*http.Request, error){
		"an unknown key": func() (*http.Request, error) {
			r, err := http.NewRequest("POST", s.URL+"/", strings.NewReader("{}"))
			if err == nil {
				r.Header.Set("Content-Type", "application/x-amz-json-1.1")
				r.Header.Set("X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
				r.Header.Set("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))
				r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"+time.Now().UTC().Format("20060102")+
					"/us-east-1/ecr-public/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="+strings.Repeat("0", 64))
			}
			return r, err
		},
		"a forged token": func() (*http.Request, error) {
			r, err := http.NewRequest("GET", s.URL+"/v2/", nil)
			if err == nil {
				r.SetBasicAuth("AWS", strings.Repeat("A", 400))
			}
			return r, err
		},
		"nothing": func() (*http.Request, error) { return http.NewRequest("GET", s.URL+"/v2/", nil) },
	} {
		const times = 500
		runtime.ReadMemStats(&before)
		begun := time.Now()
		for range times {
			r, err := request()
			if err != nil {
				t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			new(bytes.Buffer).ReadFrom(answer.Body)
			answer.Body.Close()
			if answer.StatusCode < 400 {
				t.Fatalf("%s: %s", name, answer.Status)
			}
		}
		each := time.Since(begun) / times
		runtime.ReadMemStats(&after)
		heap := (after.TotalAlloc - before.TotalAlloc) / times
		t.Logf("%s: %v, %d bytes of heap, both sides", name, each, heap)
		if heap > 64<<10 { // the time is for a benchmark: machines of tests are busy
			t.Errorf("%s costs %d bytes of heap", name, heap)
		}
	}
}
