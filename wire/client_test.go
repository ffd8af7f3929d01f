package wire_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/wire"
)

func TestRequestOnTheWire(t *testing.T) {
	p := newPeer(t, answer("200 OK", "{}"))
	c := client(p)
	c.Signer.SessionToken = principal.NewSecretFrom("tok/+=")
	if _, err := c.Do(t.Context(), getToken); err != nil {
		t.Fatal(err)
	}
	order, h, body := names(t, p.requests()[0])
	want := []string{
		"Host", "Accept-Encoding", "X-Amz-Target", "Content-Type", "User-Agent", "X-Amz-Date",
		"X-Amz-Security-Token", "Authorization", "Content-Length",
	}
	if d := cmp.Diff(want, order); d != "" {
		t.Error(d)
	}
	if body != "{}" || h.Get("Content-Length") != "2" || h.Get("X-Amz-Security-Token") != "tok/+=" {
		t.Errorf("%q %v", body, h)
	}
}

func TestSignature(t *testing.T) {
	signed := []string{"content-type", "host", "x-amz-date", "x-amz-target"}
	for path, canonical := range map[string]string{
		"/": "/", "/a/b/": "/a/b/", "/a%20b": "/a%2520b", "/a/../b": "/b", "/a//b": "/a/b", "/a/./b/..": "/a", "//": "/", "/a+b": "/a%2Bb",
	} {
		p := newPeer(t, answer("200 OK", "{}"))
		c := client(p)
		c.Endpoint.Path = path
		if _, err := c.Do(t.Context(), getToken); err != nil {
			t.Fatal(err)
		}
		_, h, body := names(t, p.requests()[0])
		want := "AWS4-HMAC-SHA256 Credential=" + testKey + "/" + h.Get("X-Amz-Date")[:8] +
			"/us-east-1/ecr-public/aws4_request, SignedHeaders=" + strings.Join(signed, ";") +
			", Signature=" + signature(h, canonical, "us-east-1", []byte(body), signed)
		if got := h.Get("Authorization"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", path, got, want)
		}
		if line, _, _ := strings.Cut(string(p.requests()[0]), "\r\n"); line != "POST "+path+" HTTP/1.1" {
			t.Errorf("request line %q", line)
		}
	}
}

func TestUnsigned(t *testing.T) {
	p := newPeer(t, answer("200 OK", "{}"))
	c := client(p)
	c.Signer = nil
	if _, err := c.Do(t.Context(), getToken); err != nil {
		t.Fatal(err)
	}
	_, h, _ := names(t, p.requests()[0])
	if h.Get("Authorization") != "" || h.Get("X-Amz-Date") != "" {
		t.Error(h)
	}
}

func TestHeaderInjection(t *testing.T) {
	p := newPeer(t, answer("200 OK", "{}"))
	c := client(p)
	c.Signer.SessionToken = principal.NewSecretFrom("tok\r\nX-Evil: 1")
	_, err := c.Do(t.Context(), getToken)
	if err == nil || strings.Contains(err.Error(), "Evil") || len(p.requests()) != 0 {
		t.Error(err, len(p.requests()))
	}
}

// TestHostileC14: a redirect is an error with its status for a code, and nobody else is asked.
func TestHostileC14(t *testing.T) {
	other := newPeer(t, answer("200 OK", "{}"))
	for _, status := range []string{"301", "302", "303", "307", "308"} {
		for _, target := range []string{other.url.String(), "https://" + other.url.Host + "/", "//sub." + other.url.Host + "/", "/x"} {
			p := newPeer(t, answer(status+" Moved", "", "Location: "+target))
			_, err := client(p).Do(t.Context(), getToken)
			var refused *wire.ServiceError
			if !errors.As(err, &refused) || refused.Code != status || refused.ExitCode() != 254 || len(p.requests()) != 1 {
				t.Errorf("C14 %s to %s: %v", status, target, err)
			}
		}
	}
	if n := len(other.requests()); n != 0 {
		t.Errorf("C14: the other listener got %d requests", n)
	}
}

func TestHostileC18(t *testing.T) {
	huge := strings.Repeat("x", 1<<20+1<<17)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 8<<20))
	z.Close()
	for name, text := range map[string]string{
		"body":    answer("200 OK", huge),
		"header":  "HTTP/1.1 200 OK\r\nX: " + huge + "\r\n\r\n",
		"chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(huge), huge),
		"endless": "HTTP/1.1 200 OK\r\n\r\n" + huge,
	} {
		p := newPeer(t, text)
		_, err := client(p).Do(t.Context(), getToken)
		var failed *wire.Error
		if !errors.As(err, &failed) || failed.ExitCode() != 255 || len(failed.Error()) > 300 {
			t.Errorf("C18 %s: %v", name, err)
		}
	}
	// What is packed stays packed: the parser of the answer refuses it.
	p := newPeer(t, answer("200 OK", bomb.String(), "Content-Encoding: gzip"))
	got, err := client(p).Do(t.Context(), getToken)
	if err != nil || len(got.Body) != bomb.Len() {
		t.Errorf("C18 gzip: %d bytes, %v", len(got.Body), err)
	}
}

func TestAttempts(t *testing.T) {
	const (
		throttled = `{"__type":"ThrottlingException","message":"Rate exceeded"}`
		denied    = `{"__type":"AccessDeniedException","message":"no"}`
	)
	ok := answer("200 OK", "{}")
	for _, c := range []struct {
		name    string
		max     int
		answers []string
		want    string // of the error, "" for success
		sent    int
	}{
		{"at once", 3, []string{ok}, "", 1},
		{"C19 throttled for good", 3, []string{answer("400 Bad", throttled)},
			"An error occurred (ThrottlingException) when calling the GetAuthorizationToken operation (reached max retries: 2): Rate exceeded", 3},
		{"C19 500 for good", 3, []string{answer("500 X", "")},
			"An error occurred (500) when calling the GetAuthorizationToken operation (reached max retries: 2): Internal Server Error", 3},
		{"C19 closed for good", 3, []string{""}, "Connection was closed before we received a valid response from endpoint URL: ", 3},
		{"throttled, then not", 3, []string{answer("400 Bad", throttled), ok}, "", 2},
		{"503, closed, ok", 3, []string{answer("503 X", "<html>x</html>"), "", ok}, "", 3},
		{"garbage, ok", 3, []string{"this is not http\r\n\r\n", ok}, "", 2},
		{"501 is final", 3, []string{answer("501 X", "")},
			"An error occurred (501) when calling the GetAuthorizationToken operation: Not Implemented", 1},
		{"denied is final", 3, []string{answer("400 Bad", denied)},
			"An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: no", 1},
		{"one attempt", 1, []string{answer("400 Bad", denied)},
			"An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation (reached max retries: 0): no", 1},
		{"300", 2, []string{answer("300 X", "{}")},
			"An error occurred (Unknown) when calling the GetAuthorizationToken operation: Unknown", 1},
		{"too short", 3, []string{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"}, "invalid response from endpoint ", 1},
		{"100 first", 1, []string{"HTTP/1.1 100 Continue\r\n\r\n" + ok}, "", 1},
	} {
		p := newPeer(t, c.answers...)
		sender := client(p)
		sender.Attempts = c.max
		_, err := sender.Do(t.Context(), getToken)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
		if n := len(p.requests()); n != c.sent {
			t.Errorf("%s: %d requests, want %d", c.name, n, c.sent)
		}
	}
}

func TestDelays(t *testing.T) {
	var pauses []time.Duration
	p := newPeer(t, answer("400 X", `{"__type":"Throttling"}`))
	c := client(p)
	c.Attempts = 9
	c.Pause = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
	c.Do(t.Context(), getToken)
	for i, d := range pauses {
		if limit := min(time.Second<<i, 20*time.Second); d < 0 || d > limit {
			t.Errorf("pause %d: %v, limit %v", i+1, d, limit)
		}
	}
	pauses = nil
	c.Mode = wire.Adaptive
	c.Attempts = 2
	c.Do(t.Context(), getToken)
	if len(pauses) != 1 || pauses[0] < 2*time.Second {
		t.Errorf("adaptive: %v", pauses)
	}
}

// TestHostileC46: a clock that is off is corrected once, by the server's date, and not by more than a day.
func TestHostileC46(t *testing.T) {
	skewed := `{"__type":"InvalidSignatureException","message":"Signature expired"}`
	for _, c := range []struct {
		off  time.Duration
		sent int
	}{{20 * time.Minute, 2}, {-20 * time.Minute, 2}, {time.Minute, 1}, {48 * time.Hour, 1}} {
		date := time.Now().Add(c.off).UTC()
		p := newPeer(t, answer("403 X", skewed, "Date: "+date.Format(http.TimeFormat)))
		sender := client(p)
		sender.Attempts = 1
		_, err := sender.Do(t.Context(), getToken)
		if err == nil || len(p.requests()) != c.sent {
			t.Errorf("C46 %v: %d requests, %v", c.off, len(p.requests()), err)
			continue
		}
		_, h, _ := names(t, p.requests()[c.sent-1])
		at, _ := time.Parse("20060102T150405Z", h.Get("X-Amz-Date"))
		if c.sent == 2 && at.Sub(date).Abs() > 10*time.Second {
			t.Errorf("C46 %v: second attempt signed at %v", c.off, at)
		}
	}
}

func TestReadTimeout(t *testing.T) {
	p := newPeer(t, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n") // and then closes: the header alone
	c := client(p)
	if _, err := c.Do(t.Context(), getToken); err == nil {
		t.Error("a body that never comes is an answer")
	}
	slow := newSilent(t)
	c.Endpoint, c.Attempts = slow, 1
	c.Transport.Read = 50 * time.Millisecond
	_, err := c.Do(t.Context(), getToken)
	if err == nil || err.Error() != `Read timeout on endpoint URL: "`+slow.String()+`"` {
		t.Error(err)
	}
	c.Transport.Read = 0
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Do(ctx, getToken); err == nil {
		t.Error("a cancelled call succeeded")
	}
}

func TestHostileC36Debug(t *testing.T) {
	var said strings.Builder
	p := newPeer(t, answer("500 X", `{"authorizationToken":"tokencanary"}`), answer("200 OK", `{"authorizationToken":"tokencanary"}`))
	c := client(p)
	c.Signer.SessionToken = principal.NewSecretFrom("sessioncanary")
	c.Debug = func(format string, args ...any) { fmt.Fprintf(&said, format+"\n", args...) }
	if _, err := c.Do(t.Context(), getToken); err != nil {
		t.Fatal(err)
	}
	if said.Len() == 0 {
		t.Error("C36: --debug says nothing")
	}
	for _, canary := range []string{"canary", "Signature=", "AWS4-HMAC"} {
		if strings.Contains(said.String(), canary) {
			t.Errorf("C36: %q in\n%s", canary, &said)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", c.Signer, *c.Signer, *c.Signer); strings.Contains(s, "canary") {
		t.Errorf("C36: %s", s)
	}
}

// TestHostileC37: what is in a proxy's or an endpoint's user information is not in an error.
func TestHostileC37(t *testing.T) {
	c := client(newPeer(t, ""))
	c.Attempts = 1
	c.Transport.Proxies = wire.Proxies{HTTP: "http://user:pwcanary@127.0.0.1:1"}
	_, err := c.Do(t.Context(), getToken)
	if err == nil || err.Error() != `Failed to connect to proxy URL: "http://***:***@127.0.0.1:1"` {
		t.Errorf("C37: %v", err)
	}
	u, parseErr := wire.ParseURL("http://user:pwcanary@127.0.0.1:1/?q=canary")
	if parseErr != nil {
		t.Fatal(parseErr)
	}
	c.Endpoint, c.Transport.Proxies = u, wire.Proxies{}
	_, err = c.Do(t.Context(), getToken)
	if err == nil || strings.Contains(err.Error(), "canary") || !strings.HasPrefix(err.Error(), "Could not connect to the endpoint URL: ") {
		t.Errorf("C37: %v", err)
	}
	if _, err := wire.ParseURL("http://user:canary@bad host/"); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("C37: %v", err)
	}
}

func TestForwardProxy(t *testing.T) {
	proxy := newPeer(t, answer("200 OK", "{}"))
	c := client(newPeer(t, ""))
	u, err := wire.ParseURL("http://api.example.test/p")
	if err != nil {
		t.Fatal(err)
	}
	c.Endpoint = u
	c.Transport.Proxies = wire.Proxies{HTTP: "http://u%40:p@" + proxy.url.Address()}
	if _, err := c.Do(t.Context(), getToken); err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(proxy.requests()[0]), "\r\n")
	_, h, _ := names(t, proxy.requests()[0])
	if line != "POST http://api.example.test/p HTTP/1.1" || h.Get("Proxy-Authorization") != "Basic dUA6cA==" || h.Get("Host") != "api.example.test" {
		t.Errorf("%s %v", line, h)
	}
}
