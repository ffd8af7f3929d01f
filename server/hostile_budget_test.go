package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// D09: wrong signatures are throttled for where they come from. The owner of the key is served all the time, also from
// the same network.
func TestHostileD09(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.FailureRate, c.Limits.FailureBurst = 1, 20 }))
	key := s.AddUser("victim", servertest.ToLogIn())
	wrong := clientFrom("127.0.7.1", s.Host, key.ID, "not the secret")
	unknown := clientFrom("127.0.7.2", s.Host, "AKIAAAAAAAAAAAAAAAAA", "no secret") // in the same network
	owner, neighbour := clientFrom("127.0.8.1", s.Host, key.ID, key.Secret), clientFrom("127.0.7.9", s.Host, key.ID, key.Secret)
	codes := map[string]int{}
	for range 20 {
		codes[codeOf(wrong)]++
		codes[codeOf(unknown)]++
		for name, c := range map[string]*ecrpublic.Client{"elsewhere": owner, "in the same network": neighbour} {
			if code := codeOf(c); code != "" {
				t.Errorf("the owner, %s, gets %s", name, code)
			}
		}
	}
	if codes["ThrottlingException"] < 10 || codes["InvalidSignatureException"] < 5 || codes["UnrecognizedClientException"] < 5 || codes[""] > 0 {
		t.Errorf("forty failures are answered %v, want about twenty of them throttled", codes)
	}
	if code := codeOf(clientFrom("127.0.9.1", s.Host, key.ID, "not the secret")); code != "InvalidSignatureException" {
		t.Errorf("another network pays for it: %s", code)
	}
}

// D09, at the registry: forged tokens, and one's own token in the middle of them.
func TestForgedTokensAreThrottled(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.FailureRate, c.Limits.FailureBurst = 1, 10 }))
	user := loginFor(t, s, "ci")
	forger := openRegistry(s.Host, "forged")
	codes := map[int]int{}
	for range 20 {
		var no status
		if errors.As(forger.ping(), &no) {
			codes[no.code]++
		}
		if err := user.ping(); err != nil {
			t.Error(err)
		}
	}
	if codes[401] < 10 || codes[429] < 8 {
		t.Errorf("twenty forged tokens are answered %v, want about ten 401 and ten 429", codes)
	}
}

// Token requests of a principal: 5 at once, then 1 a second, at both fronts; another principal has its own.
func TestRequestsAreThrottled(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.RequestRate, c.Limits.RequestBurst = 1, 5 }))
	key, other := s.AddUser("ci", servertest.ToLogIn()), s.AddUser("other", servertest.ToLogIn())
	password, _, err := getToken(t.Context(), s.Host, key.ID, key.Secret)
	if err != nil {
		t.Fatal(err)
	}
	c := clientFrom("127.0.0.1", s.Host, key.ID, key.Secret)
	throttled := 0
	for range 10 {
		if codeOf(c) == "ThrottlingException" {
			throttled++
		}
	}
	if throttled < 5 {
		t.Errorf("%d of 10 are throttled", throttled)
	}
	request, err := http.NewRequest("GET", s.URL+"/token/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("AWS", password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") == "" {
		t.Errorf("/token/: %s, %v", answer.Status, answer.Header)
	}
	if arn, err := whoAmI(t.Context(), s.Host, key.ID, key.Secret); err == nil || !strings.Contains(err.Error(), "Throttling") {
		t.Errorf("STS: %s, %v", arn, err)
	}
	if code := codeOf(clientFrom("127.0.0.1", s.Host, other.ID, other.Secret)); code != "" {
		t.Errorf("another principal: %s", code)
	}
}

// D13, R42: repositories, tags and open uploads are counted.
func TestHostileD13(t *testing.T) {
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Limits.Repositories, c.Limits.Tags = 2, 3 }))
	user := loginFor(t, s, "ci")
	for _, name := range []string{"a", "b", "c"} {
		_, _, err := user.do("POST", "/v2/"+s.Alias+"/team/"+name+"/blobs/uploads/", "", nil, 202)
		var no status
		if full := name == "c"; full != (errors.As(err, &no) && no.code == 403 && strings.Contains(no.body, "limits.repositories")) {
			t.Errorf("repository %s: %v", name, err)
		}
	}
	blob := []byte("blob")
	if _, err := user.pushBlob(s.Alias+"/team/a", blob); err != nil {
		t.Fatal(err)
	}
	for i, tag := range []string{"1", "2", "3", "4", "1"} {
		_, err := user.pushManifest(s.Alias+"/team/a", tag, blob, blob)
		var no status
		if full := i == 3; full != (errors.As(err, &no) && no.code == 403 && strings.Contains(no.body, "limits.tags")) {
			t.Errorf("tag %s: %v", tag, err)
		}
	}
}

// D15: who lists a thousand times at once is served, each with the same answer.
func TestHostileD15(t *testing.T) {
	s := servertest.Start(t)
	user := loginFor(t, s, "ci")
	if _, err := user.pushBlob(s.Alias+"/team/a", []byte("blob")); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	begun := time.Now()
	for range 20 {
		all.Go(func() {
			for range 50 {
				if _, text, err := user.do("GET", "/v2/_catalog", "", nil, 200); err != nil || !bytes.Contains(text, []byte("team/a")) {
					t.Errorf("%s, %v", text, err)
				}
			}
		})
	}
	all.Wait()
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("a thousand lists take %v", took)
	}
}

// D19: nothing but what is listed is served, and nothing that starts, cancels or changes anything without a credential.
func TestHostileD19(t *testing.T) {
	s := servertest.Start(t)
	for _, path := range []string{"/admin", "/metrics", "/debug/pprof/", "/debug/vars", "/v1/sys/rekey", "/v1/sys/init", "/keyring/rotate", "/backup", "/livez/x", "/readyz/"} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			request, err := http.NewRequest(method, s.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != 404 {
				t.Errorf("%s %s: %s", method, path, answer.Status)
			}
		}
	}
}

// breaking is a log that panics: a mistake of ours in the middle of a request.
type breaking struct{ slog.Handler }

func (h breaking) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "request refused" {
		panic("a secret")
	}
	return h.Handler.Handle(ctx, r)
}

// D20: a panic costs one request, and says where it was without what it said.
func TestHostileD20(t *testing.T) {
	var text bytes.Buffer
	s := servertest.Start(t, servertest.Log(slog.New(breaking{slog.NewTextHandler(&text, nil)})))
	for range 3 {
		answer, err := http.Get(s.URL + "/nothing")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 500 || answer.Header.Get("x-amzn-RequestId") == "" || len(body) > 0 {
			t.Errorf("%s, %v, %q", answer.Status, answer.Header, body)
		}
	}
	if answer, err := http.Get(s.URL + "/readyz"); err != nil || answer.StatusCode != 200 {
		t.Errorf("afterwards: %v, %v", answer, err)
	}
	if log := text.String(); strings.Contains(log, "a secret") || !strings.Contains(log, "by our mistake") || !strings.Contains(log, "server_test.breaking.Handle") {
		t.Errorf("logged: %s", log)
	}
}
