package registry_test

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"strings"
	"testing"
)

// How content is served: ranges, encodings, browsers, other origins, and texts that mean something elsewhere.
func TestHostileServing(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	content := []byte("<html><script>alert(document.domain)</script></html>")
	path := "/v2/acme/served/blobs/" + h.blob(ci, "acme/served", content)

	t.Run("R34", func(t *testing.T) {
		h := h.in(t)
		for value, want := range map[string]int{
			"bytes=0-3": 206, "bytes=-5": 206, "bytes=5-": 206, "bytes=-0": 416, "bytes=-000": 416, "bytes=-": 416, "bytes=1000-2000": 416, "bytes=52-": 416, "bytes=5-2": 416,
			"bytes=" + strings.Repeat("0-0,", 3000) + "0-0": 200, "bytes=0-1,3-4": 200, "items=0-1": 416, "bytes=a-b": 416, "bytes=0-99999999999999999999": 416,
		} {
			a := h.do("", "GET", path, nil, "Range: "+value)
			if a.StatusCode != want && !(want == 416 && a.StatusCode == 200) {
				t.Errorf("%.40s: %d, want %d", value, a.StatusCode, want)
			}
			if a.StatusCode == 200 && a.body != string(content) || len(a.body) > len(content) && a.StatusCode == 206 || strings.Contains(a.Header.Get("Content-Type"), "multipart") {
				t.Errorf("%.40s: %d bytes, %v", value, len(a.body), a.Header)
			}
		}
		a := h.do("", "GET", path, nil, "Range: bytes=0-1", "Range: bytes=2-3")
		if a.StatusCode != 200 || a.body != string(content) {
			t.Errorf("two headers: %d %q", a.StatusCode, a.body)
		}
	})
	t.Run("R35", func(t *testing.T) {
		h := h.in(t)
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		w.Write(content)
		check(t, w.Close())
		digest := digestOf(packed.Bytes())
		put := h.do(ci, "PUT", h.start(ci, "acme/served")+"&digest="+digest, bytes.NewReader(packed.Bytes()), "Content-Encoding: gzip")
		if put.StatusCode == 201 { // as sent, or not at all
			got := h.want(h.do("", "GET", "/v2/acme/served/blobs/"+digest, nil, "Accept-Encoding: gzip, br, zstd, identity;q=0"), 200, "")
			if got.body != packed.String() || got.Header.Get("Content-Encoding") != "" {
				t.Errorf("%d bytes, %v", len(got.body), got.Header)
			}
		} else if put.StatusCode < 400 || put.StatusCode >= 500 {
			t.Errorf("%d %s", put.StatusCode, put.body)
		}
		// The digest of what it would unpack to is another content's.
		h.want(h.do(ci, "PUT", h.start(ci, "acme/served")+"&digest="+digestOf([]byte("x")), bytes.NewReader(packed.Bytes()), "Content-Encoding: gzip"), 400, "DIGEST_INVALID")
		if a := h.do("", "GET", path, nil, "Accept-Encoding: gzip"); a.body != string(content) || a.Header.Get("Content-Encoding") != "" {
			t.Errorf("pulled: %q, %v", a.body, a.Header)
		}
	})
	t.Run("R36", func(t *testing.T) {
		h := h.in(t)
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment",
			"Content-Security-Policy": "default-src 'none'; sandbox"} {
			for _, method := range []string{"GET", "HEAD"} {
				for _, header := range []string{"Accept: text/html", "Range: bytes=0-3"} {
					if got := h.do("", method, path, nil, header).Header.Get(name); got != want {
						t.Errorf("%s, %s: %s is %q, want %q", method, header, name, got, want)
					}
				}
			}
		}
		for _, p := range []string{"/v2/acme/served/manifests/<script>", "/v2/acme/none/tags/list", "/v2/%3Cscript%3E"} {
			a := h.do("", "GET", p, nil, "Accept: text/html")
			if kind := a.Header.Get("Content-Type"); strings.Contains(kind, "html") || a.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %v", p, a.Header)
			}
		}
	})
	t.Run("R37", func(t *testing.T) {
		h := h.in(t)
		a := h.want(h.do("", "GET", "/v2/", nil, "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"), 401, "UNAUTHORIZED")
		if challenge := a.Header.Get("WWW-Authenticate"); !strings.Contains(challenge, `realm="`+external+`/token/"`) || strings.Contains(challenge, "evil") {
			t.Errorf("challenge: %s", challenge)
		}
		if at := h.do(ci, "POST", "/v2/acme/served/blobs/uploads/", nil, "X-Forwarded-Host: evil.example").Header.Get("Location"); strings.Contains(at, "evil") {
			t.Errorf("Location: %s", at)
		}
	})
	t.Run("R38", func(t *testing.T) {
		h := h.in(t)
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT"} {
			for _, p := range []string{"/v2/", path, "/token/", "/v2/acme/served/tags/list"} {
				a := h.do(ci, method, p, nil, "Origin: https://evil.example", "Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: authorization")
				for name := range a.Header {
					if strings.HasPrefix(name, "Access-Control-") {
						t.Errorf("%s %s: %s: %s", method, p, name, a.Header.Get(name))
					}
				}
			}
		}
	})
	t.Run("R43", func(t *testing.T) {
		h := h.in(t)
		h.push(ci, "acme/served", "v1", "here")
		before := h.want(h.do(ci, "GET", "/v2/acme/served/tags/list", nil), 200, "").body
		for _, text := range []string{"';--", "'; DROP TABLE repositories;--", `" OR ""="`, "*)(uid=*", "a' UNION SELECT secret FROM access_keys--", "%", "_", "\\", "$(id)", "`id`", "{{7*7}}", "${jndi:x}"} {
			e := url.PathEscape(text)
			for _, p := range []string{"/v2/acme/" + e + "/manifests/v1", "/v2/acme/served/manifests/" + e, "/v2/acme/served/blobs/" + e, "/v2/acme/served/blobs/uploads/" + e,
				"/v2/acme/served/tags/list?last=" + url.QueryEscape(text), "/v2/acme/served/tags/list?n=" + url.QueryEscape(text), "/v2/acme/served/referrers/" + e,
				"/token/?service=" + url.QueryEscape(text), "/token/?service=registry.example&scope=" + url.QueryEscape("repository:acme/"+text+":pull"), "/v2/_catalog?last=" + url.QueryEscape(text)} {
				for _, method := range []string{"GET", "DELETE", "PUT"} {
					if a := h.do(ci, method, p, nil); a.StatusCode >= 500 || a.StatusCode >= 400 && strings.Contains(strings.ToLower(a.body), "sqlite") {
						t.Errorf("%s %s: %d %s", method, p, a.StatusCode, a.body)
					}
				}
			}
			if a := h.do("", "GET", "/v2/", nil, "Authorization: "+basic(text), "User-Agent: "+text); a.StatusCode != 401 {
				t.Errorf("as a password %q: %d", text, a.StatusCode)
			}
		}
		if after := h.want(h.do(ci, "GET", "/v2/acme/served/tags/list", nil), 200, "").body; after != before {
			t.Errorf("the repository is another one afterwards: %s", after)
		}
	})
}
