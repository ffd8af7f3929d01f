package registry_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// R34: ranges that are many, empty, reversed or beyond the blob are the whole blob or refused; a list of ranges is never
// answered as one.
func TestHostileR34(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	for _, content := range [][]byte{[]byte("some content"), randomBlob(100_000)} {
		path := "/v2/acme/app/blobs/" + h.blob(ci, "acme/app", content)
		n := len(content)
		for name, ranges := range map[string]string{
			"ten thousand": "bytes=" + strings.Repeat("0-0,", 9_999) + "0-0",
			"two":          "bytes=0-1,3-4",
			"overlapping":  fmt.Sprintf("bytes=0-%d,0-%d,0-%d", n, n, n),
			"no last":      "bytes=-0",
			"reversed":     "bytes=5-2",
			"beyond":       fmt.Sprintf("bytes=%d-%d", n, n+10),
			"far beyond":   "bytes=99999999999999999999-",
			"negative":     "bytes=--1",
			"no numbers":   "bytes=a-b",
			"nothing":      "bytes=",
			"other units":  "lines=0-1",
			"empty":        "",
		} {
			a := h.do("", "GET", path, nil, "Range: "+ranges)
			switch {
			case a.StatusCode == 416 && a.code() == "RANGE_INVALID":
			case a.StatusCode == 200 && a.body == string(content) && a.Header.Get("Content-Range") == "":
			default:
				t.Errorf("%s: %d with %d bytes, %v", name, a.StatusCode, len(a.body), a.Header)
			}
		}
		twice := h.do("", "GET", path, nil, "Range: bytes=0-1", "Range: bytes=3-4")
		if twice.StatusCode != 200 || twice.body != string(content) {
			t.Errorf("two headers: %d with %d bytes", twice.StatusCode, len(twice.body))
		}
		long := h.want(h.do("", "GET", path, nil, fmt.Sprintf("Range: bytes=3-%d", n+5)), 206, "") // what there is of it
		if long.body != string(content[3:]) {
			t.Errorf("beyond the end: %d bytes", len(long.body))
		}
	}
}

// R35: what is uploaded is stored as it was sent, whatever it says of its encoding, and sent as it is stored, whatever is
// asked for.
func TestHostileR35(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(bytes.Repeat([]byte("bomb"), 100_000))
	check(t, err)
	check(t, w.Close())
	packed := b.Bytes()
	digest := digestOf(packed)
	for _, encoding := range []string{"gzip", "br", "deflate, gzip", "x"} {
		repository := "acme/" + strings.NewReplacer(", ", "-").Replace(encoding) + "-app"
		a := h.do(ci, "PUT", h.start(ci, repository)+"&digest="+digest, bytes.NewReader(packed), "Content-Encoding: "+encoding)
		h.want(a, 201, "")
		for _, accept := range []string{"gzip", "br, gzip;q=0.5", "identity;q=0, *", ""} {
			a := h.want(h.do("", "GET", "/v2/"+repository+"/blobs/"+digest, nil, "Accept-Encoding: "+accept), 200, "")
			if a.body != string(packed) || a.Header.Get("Content-Encoding") != "" || a.Header.Get("Content-Length") != fmt.Sprint(len(packed)) {
				t.Errorf("%s, %s: %d bytes, %v", encoding, accept, len(a.body), a.Header)
			}
		}
		// as if the digest were of what is packed
		plain := digestOf(bytes.Repeat([]byte("bomb"), 100_000))
		h.want(h.do(ci, "PUT", h.start(ci, repository)+"&digest="+plain, bytes.NewReader(packed), "Content-Encoding: "+encoding), 400, "DIGEST_INVALID")
	}
	m := h.push(ci, "acme/app", "v1", "one")
	a := h.want(h.do("", "GET", "/v2/acme/app/manifests/v1", nil, "Accept-Encoding: gzip"), 200, "")
	if a.body != string(m) || a.Header.Get("Content-Encoding") != "" {
		t.Errorf("a manifest: %v", a.Header)
	}
}

// R36: a browser that is sent to a blob neither shows it nor runs it.
func TestHostileR36(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	for _, page := range []string{"<html><script>alert(1)</script></html>", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "%PDF-1.4", "GIF89a"} {
		path := "/v2/acme/app/blobs/" + h.blob(ci, "acme/app", []byte(page))
		for _, row := range []struct {
			method, ranges string
			status         int
		}{{"GET", "", 200}, {"HEAD", "", 200}, {"GET", "bytes=1-", 206}} {
			a := h.want(h.do("", row.method, path, nil, "Accept: text/html", "Range: "+row.ranges), row.status, "")
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment",
				"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Type": "application/octet-stream"} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s %s: %s %q", row.method, page, name, got)
				}
			}
		}
	}
	h.push(ci, "acme/app", "v1", "<script>")
	for _, path := range []string{"/v2/acme/app/manifests/v1", "/v2/acme/app/tags/list", "/v2/acme/app/manifests/<script>", "/v2/<script>/manifests/v1"} {
		a := h.do("", "GET", strings.ReplaceAll(path, "<script>", url.PathEscape("<script>")), nil, "Accept: text/html")
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(a.Header.Get("Content-Type"), "html") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}

// R37: who answers is never what the client says: not in the realm, not in a Location, not in a Link.
func TestHostileR37(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	h.push(ci, "acme/app", "v2", "one")
	m := h.image(ci, "acme/app", "two")
	for _, row := range []struct {
		auth, method, path string
		body               []byte
	}{
		{"", "GET", "/v2/", nil}, {"", "POST", "/v2/acme/app/blobs/uploads/", nil}, {ci, "POST", "/v2/acme/app/blobs/uploads/", nil},
		{ci, "PUT", "/v2/acme/app/manifests/v3", m}, {"", "GET", "/v2/acme/app/tags/list?n=1", nil}, {"", "GET", "/v2/private/app/manifests/v1", nil},
	} {
		r, err := http.NewRequest(row.method, h.url+row.path, bytes.NewReader(row.body))
		check(t, err)
		r.Host = "evil.com"
		for _, name := range []string{"X-Forwarded-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix"} {
			r.Header.Set(name, map[string]string{"Forwarded": "host=evil.com;proto=http"}[name]+"evil.com")
		}
		r.Header.Set("Content-Type", ociType)
		if row.auth != "" {
			r.Header.Set("Authorization", row.auth)
		}
		a, err := http.DefaultTransport.RoundTrip(r)
		check(t, err)
		a.Body.Close()
		for name, values := range a.Header {
			if strings.Contains(strings.Join(values, " "), "evil") {
				t.Errorf("%s %s: %s %q", row.method, row.path, name, values)
			}
		}
		if location := a.Header.Get("Location"); location != "" && !strings.HasPrefix(location, "/v2/") {
			t.Errorf("Location %q", location)
		}
		if a.StatusCode == 401 && !strings.Contains(a.Header.Get("WWW-Authenticate"), `realm="`+external+`/token/"`) {
			t.Errorf("realm: %q", a.Header.Get("WWW-Authenticate"))
		}
	}
}

// R38: no page of another site reads an answer, and none asks before.
func TestHostileR38(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST"} {
		for _, path := range []string{"/v2/", "/token/", "/v2/_catalog", "/v2/acme/app/manifests/v1", "/v2/acme/app/tags/list", "/v2/acme/app/blobs/uploads/"} {
			a := h.do(ci, method, path, nil, "Origin: https://evil.example", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: authorization")
			for name := range a.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s %s: %s", method, path, name)
				}
			}
			if method == "OPTIONS" && a.StatusCode < 400 {
				t.Errorf("%s %s: %d", method, path, a.StatusCode)
			}
		}
	}
}

// R43: what means something to a database, a directory, a shell or a template is data wherever a client can write it.
func TestHostileR43(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	m := h.push(ci, "acme/app", "v1", "one")
	texts := []string{`';--`, `' OR '1'='1`, `"; DROP TABLE users; --`, `*)(uid=*`, `*)(&`, `%' UNION SELECT secret FROM access_keys --`, `\`, `$(id)`, "`id`",
		`{{.}}`, `${jndi:ldap://x}`, `a' AND 1=randomblob(1000000000)--`, `_`, `%`, `[a-z]`, `?*`}
	for _, text := range texts {
		e, q := url.PathEscape(text), url.QueryEscape(text)
		for _, path := range []string{"/v2/acme/" + e + "/manifests/v1", "/v2/" + e + "/app/tags/list", "/v2/acme/app/manifests/" + e, "/v2/acme/app/blobs/" + e,
			"/v2/acme/app/referrers/" + e, "/v2/acme/app/referrers/" + digestOf(m) + "?artifactType=" + q, "/v2/acme/app/tags/list?last=" + q + "&n=" + q,
			"/v2/_catalog?last=" + q, "/token/?service=" + q + "&scope=" + q + "&account=" + q, "/token/?scope=" + url.QueryEscape("repository:acme/"+text+":pull")} {
			if a := h.do(ci, "GET", path, nil, "User-Agent: "+text); a.StatusCode >= 500 {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
			}
		}
		for _, path := range []string{"/v2/acme/app/blobs/uploads/?mount=" + q + "&from=" + q, "/v2/acme/app/blobs/uploads/?mount=" + digestOf(m) + "&from=acme/" + q} {
			if a := h.do(ci, "POST", path, nil); a.StatusCode >= 500 {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
			}
		}
		for _, auth := range []string{"Basic " + text, "Bearer " + text, basic(text)} {
			if a := h.do(auth, "GET", "/v2/", nil); a.StatusCode != 401 {
				t.Errorf("%s: %d", auth, a.StatusCode)
			}
		}
		annotated := manifestOf([]byte(`{"config":"one"}`), []byte("layer one"), fmt.Sprintf(`,"subject":%s,"annotations":{%q:%q}`, described(ociType, m), text, text))
		h.want(h.put(ci, "acme/app", "v2", ociType, annotated), 201, "")
		if a := h.want(h.do("", "GET", "/v2/acme/app/manifests/v2", nil), 200, ""); a.body != string(annotated) {
			t.Errorf("a manifest with %q came back as %s", text, a.body)
		}
	}
	a := h.want(h.do("", "GET", "/v2/acme/app/referrers/"+digestOf(m), nil), 200, "")
	if got := strings.Count(a.body, `"digest"`); got != len(texts) {
		t.Errorf("%d referrers, want %d", got, len(texts))
	}
	if a := h.want(h.do(ci, "GET", "/v2/_catalog", nil), 200, ""); a.body != `{"repositories":["acme/app"]}` {
		t.Errorf("repositories: %s", a.body)
	}
}
