package server_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/octroi/octroi/server"
)

// BenchmarkIssue is a token's issue without the network: 64 callers share the flushes of the audit log. Of its
// figures the allocations and the processor's time say most; the rest is the disk's.
func BenchmarkIssue(b *testing.B) {
	s, data := started(b)
	serve(b, s, signedRequest(b, s.URL(), administrator(b, data)))
}

// BenchmarkExchange is the exchange of a login for a bearer, in the same way.
func BenchmarkExchange(b *testing.B) {
	s, data := started(b)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(signedRequest(b, s.URL(), administrator(b, data)))))
	if err != nil {
		b.Fatal(err)
	}
	r.RemoteAddr = "127.0.0.1:4711"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer struct {
		AuthorizationData struct{ AuthorizationToken string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		b.Fatal(err)
	}
	serve(b, s, []byte("GET /token/?service=registry.example&scope=repository:local/team/app:pull HTTP/1.1\r\nHost: "+r.Host+
		"\r\nUser-Agent: docker/28.0.0\r\nAuthorization: Basic "+answer.AuthorizationData.AuthorizationToken+"\r\n\r\n"))
}

// started is a service without rates: one principal from one address asks for all it can get.
func started(b *testing.B) (s *server.Server, data string) {
	c := server.Defaults()
	c.Data, c.Listen = filepath.Join(b.TempDir(), "data"), "127.0.0.1:0"
	c.Limits.RequestRate, c.Limits.FailureRate = 0, 0
	s, err := server.Start(b.Context(), c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Shutdown(context.Background()) })
	return s, c.Data
}

// serve measures the same request, from all callers.
func serve(b *testing.B, s *server.Server, wire []byte) {
	b.SetParallelism(32)
	b.ReportAllocs()
	began := processorTime(b)
	b.RunParallel(func(pb *testing.PB) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
		if err != nil {
			b.Error(err)
			return
		}
		body, _ := io.ReadAll(r.Body)
		r.RemoteAddr = "127.0.0.1:4711"
		w := &discard{header: http.Header{}}
		for pb.Next() {
			clear(w.header)
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.ServeHTTP(w, r)
			if w.status != http.StatusOK {
				b.Errorf("the answer is %d", w.status)
				return
			}
		}
	})
	b.ReportMetric(float64(processorTime(b)-began)/float64(b.N), "cpu-ns/op")
}

// discard is a ResponseWriter that keeps the status only. It has deadlines, as every connection: without, the benchmark
// would count the errors that say so.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

func (d *discard) SetReadDeadline(time.Time) error  { return nil }
func (d *discard) SetWriteDeadline(time.Time) error { return nil }

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func administrator(b *testing.B, data string) aws.Credentials {
	text, err := os.ReadFile(filepath.Join(data, "credentials"))
	if err != nil {
		b.Fatal(err)
	}
	value := func(name string) string {
		_, rest, _ := strings.Cut(string(text), name+" = ")
		value, _, _ := strings.Cut(rest, "\n")
		return value
	}
	return aws.Credentials{AccessKeyID: value("aws_access_key_id"), SecretAccessKey: value("aws_secret_access_key")}
}

func signedRequest(b *testing.B, url string, key aws.Credentials) []byte {
	const body = "{}"
	r, err := http.NewRequest(http.MethodPost, url+"/", strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
	r.Header.Set("User-Agent", "aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64 prompt/off command/ecr-public.get-authorization-token")
	sum := sha256.Sum256([]byte(body))
	err = v4.NewSigner().SignHTTP(b.Context(), key, r, hex.EncodeToString(sum[:]), "ecr-public", "us-east-1", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		b.Fatal(err)
	}
	return wire.Bytes()
}
