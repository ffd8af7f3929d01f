package registry_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/registry"
)

// files lists what the engine has below _uploads.
func (h *house) uploads() (found []string) {
	h.Helper()
	check(h.TB, filepath.WalkDir(filepath.Join(h.folder, "registry"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(path, "_uploads") {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func TestHostileBlobs(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	content := []byte("some content")
	digest := digestOf(content)

	t.Run("R08", func(t *testing.T) {
		h := h.in(t)
		location := h.start(ci, "acme/r08")
		h.want(h.do(ci, "PUT", location+"&digest="+digest, strings.NewReader("other content")), 400, "DIGEST_INVALID")
		h.want(h.do("", "GET", "/v2/acme/r08/blobs/"+digest, nil), 404, "BLOB_UNKNOWN")
		h.want(h.do("", "GET", "/v2/acme/r08/blobs/"+digestOf([]byte("other content")), nil), 404, "BLOB_UNKNOWN")
		h.want(h.do(ci, "GET", location, nil), 404, "BLOB_UPLOAD_UNKNOWN")
		if left := h.uploads(); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
	t.Run("R09", func(t *testing.T) {
		h := h.in(t)
		location := h.start(ci, "acme/r09")
		h.cut(ci, "PATCH", location, "some")
		status := h.eventually(ci, "GET", location, 204)
		if got := status.Header.Get("Range"); got != "0-3" {
			t.Fatalf("Range: %q", got)
		}
		next := status.Header.Get("Location")
		h.cut(ci, "PUT", next+"&digest="+digest, " con")
		h.want(h.do("", "GET", "/v2/acme/r09/blobs/"+digest, nil), 404, "BLOB_UNKNOWN")
		next = h.eventually(ci, "GET", location, 204).Header.Get("Location")
		h.want(h.do(ci, "PUT", next+"&digest="+digest, strings.NewReader("tent")), 201, "")
		h.want(h.do("", "GET", "/v2/acme/r09/blobs/"+digest, nil), 200, "")
	})
	t.Run("R10", func(t *testing.T) {
		h := h.in(t)
		location := h.start(ci, "acme/r10")
		a := h.want(h.do(ci, "PATCH", location, strings.NewReader("some"), "Content-Range: 0-3"), 202, "")
		location = a.Header.Get("Location")
		for _, line := range []string{"0-3", "2-5", "5-8", "-1-2", "7-4", "bytes=4-7", "4", "", "9223372036854775808-9223372036854775811",
			"4-18446744073709551619", "0x4-7", "+4-7", " 4-7x"} {
			for _, method := range []string{"PATCH", "PUT"} {
				a := h.want(h.do(ci, method, location+"&digest="+digest, strings.NewReader("1234"), "Content-Range: "+line), 416, "RANGE_INVALID")
				if a.Header.Get("Range") != "0-3" {
					t.Errorf("%s %q: Range %q", method, line, a.Header.Get("Range"))
				}
			}
		}
		h.want(h.do(ci, "PATCH", location, strings.NewReader("1234"), "Content-Range: 4-8"), 400, "SIZE_INVALID")
		h.want(h.do(ci, "PATCH", location, io.MultiReader(strings.NewReader("1234")), "Content-Range: 4-7"), 400, "SIZE_INVALID")
		old := h.want(h.do(ci, "PATCH", location, strings.NewReader(" content")), 202, "").Header.Get("Location")
		a = h.want(h.do(ci, "PATCH", location, strings.NewReader("again")), 416, "RANGE_INVALID")
		if a.Header.Get("Location") == "" {
			t.Error("no way on after a stale Location")
		}
		h.want(h.do(ci, "PUT", old+"&digest="+digest, nil), 201, "")
	})
	t.Run("R11", func(t *testing.T) { h.in(t).twoWriters(ci) })
	t.Run("R15", func(t *testing.T) {
		h := h.in(t)
		eve := h.user("eve", everything("*"))
		location := h.start(ci, "acme/r15")
		other := h.start(ci, "acme/r15-other")
		path, query, _ := strings.Cut(location, "?")
		otherPath, _, _ := strings.Cut(other, "?")
		for name, target := range map[string]struct{ auth, location string }{
			"another principal":   {eve, location},
			"another repository":  {ci, strings.Replace(location, "acme/r15", "acme/r15-other", 1)},
			"another upload":      {ci, otherPath + "?" + query},
			"without its owner":   {ci, path + "?" + strings.Split(query, "&")[0]},
			"a guess":             {ci, "/v2/acme/r15/blobs/uploads/01a219f7-20db-76fc-8b3a-1071d570a260?" + query},
			"not an id":           {ci, "/v2/acme/r15/blobs/uploads/x?" + query},
			"an owner twice over": {ci, location + "x"},
		} {
			for _, method := range []string{"GET", "PATCH", "PUT", "DELETE"} {
				a := h.do(target.auth, method, target.location+"&digest="+digest, strings.NewReader(""))
				if a.StatusCode != 404 || a.code() != "BLOB_UPLOAD_UNKNOWN" {
					t.Errorf("%s: %s: %d %s", name, method, a.StatusCode, a.body)
				}
			}
		}
		h.want(h.do(ci, "GET", location, nil), 204, "")
		h.want(h.do(ci, "DELETE", location, nil), 204, "")
		h.want(h.do(ci, "GET", location, nil), 404, "BLOB_UPLOAD_UNKNOWN")
	})
	t.Run("R13 R14 R17", func(t *testing.T) {
		h := h.in(t)
		m := h.push(ci, "acme/r13a", "v1", "r13")
		h.push(ci, "acme/r13b", "v1", "else")
		layer := digestOf([]byte("layer r13"))
		for _, method := range []string{"GET", "HEAD"} {
			h.want(h.do("", method, "/v2/acme/r13b/blobs/"+layer, nil, "Range: bytes=0-1"), 404, "BLOB_UNKNOWN")
			h.want(h.do("", method, "/v2/acme/r13b/manifests/"+digestOf(m), nil), 404, "MANIFEST_UNKNOWN")
		}
		h.want(h.put(ci, "acme/r13b", "v2", ociType, m), 404, "MANIFEST_BLOB_UNKNOWN")
		index := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, indexType, described(ociType, m))
		h.want(h.put(ci, "acme/r13b", "v3", indexType, index), 404, "MANIFEST_BLOB_UNKNOWN")

		h.blob(ci, "acme/r13b", []byte("layer r13"))
		h.want(h.do(ci, "DELETE", "/v2/acme/r13a/blobs/"+layer, nil), 202, "")
		h.want(h.do("", "HEAD", "/v2/acme/r13a/blobs/"+layer, nil), 404, "BLOB_UNKNOWN")
		h.want(h.do("", "GET", "/v2/acme/r13b/blobs/"+layer, nil), 200, "")
	})
	t.Run("R34 R36", func(t *testing.T) {
		h := h.in(t)
		html := []byte("<html><script>alert(1)</script>")
		d := h.blob(ci, "acme/r36", html)
		a := h.want(h.do("", "GET", "/v2/acme/r36/blobs/"+d, nil), 200, "")
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment",
			"Content-Security-Policy": "default-src 'none'; sandbox", "Docker-Distribution-Api-Version": "registry/2.0"} {
			if got := a.Header[name]; len(got) != 1 || got[0] != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		many := "Range: bytes=0-1" + strings.Repeat(",0-1", 1000)
		if a := h.want(h.do("", "GET", "/v2/acme/r36/blobs/"+d, nil, many), 200, ""); a.body != string(html) {
			t.Error("many ranges are not the whole")
		}
		h.want(h.do("", "GET", "/v2/acme/r36/blobs/"+d, nil, "Range: bytes=9-3"), 416, "RANGE_INVALID")
		if a := h.want(h.do("", "GET", "/v2/acme/r36/blobs/"+d, nil, "Range: bytes=1000-"), 416, "RANGE_INVALID"); a.Header.Get("Content-Range") != "bytes */31" {
			t.Errorf("%v", a.Header)
		}
		if a := h.do("", "GET", "/v2/acme/r36/blobs/"+d, nil, "Range: bytes=1-4"); a.StatusCode != 206 || a.body != "html" {
			t.Errorf("range: %d %q", a.StatusCode, a.body)
		}
	})
	t.Run("R35", func(t *testing.T) {
		h := h.in(t)
		location := h.start(ci, "acme/r35")
		a := h.do(ci, "PUT", location+"&digest="+digest, bytes.NewReader(content), "Content-Encoding: gzip", "Content-Type: application/x-www-form-urlencoded")
		h.want(a, 201, "")
		if a := h.do("", "GET", "/v2/acme/r35/blobs/"+digest, nil, "Accept-Encoding: gzip"); a.body != string(content) || a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%q %v", a.body, a.Header)
		}
	})
	t.Run("a form is a blob", func(t *testing.T) {
		h := h.in(t)
		form := []byte("_state=x&digest=sha256:1")
		a := h.do(ci, "PUT", h.start(ci, "acme/form")+"&digest="+digestOf(form), bytes.NewReader(form), "Content-Type: application/x-www-form-urlencoded")
		h.want(a, 201, "")
	})
}

func TestBlobLimit(t *testing.T) {
	h := open(t, func(c *registry.Config) { c.Limits.Blob = 10 })
	ci := h.user("ci", everything("*"))
	ten, eleven := []byte("0123456789"), []byte("0123456789x")
	h.blob(ci, "acme/app", ten)
	for _, body := range []io.Reader{bytes.NewReader(eleven), io.MultiReader(bytes.NewReader(eleven))} {
		location := h.start(ci, "acme/app")
		h.want(h.do(ci, "PUT", location+"&digest="+digestOf(eleven), body), 413, "SIZE_INVALID")
	}
	location := h.want(h.do(ci, "PATCH", h.start(ci, "acme/app"), bytes.NewReader(ten)), 202, "").Header.Get("Location")
	h.want(h.do(ci, "PATCH", location, strings.NewReader("x")), 413, "SIZE_INVALID")
	h.want(h.do("", "GET", "/v2/acme/app/blobs/"+digestOf(eleven), nil), 404, "BLOB_UNKNOWN")
}

// in is h within a subtest.
func (h *house) in(t *testing.T) *house {
	inner := *h
	inner.TB = t
	return &inner
}

// cut sends a request that promises more than it sends, and hangs up.
func (h *house) cut(auth, method, location, body string) {
	h.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	check(h.TB, err)
	defer c.Close()
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: 1000\r\n\r\n%s", method, location, auth, body)
	check(h.TB, c.(*net.TCPConn).CloseWrite())
	text, _ := io.ReadAll(c)
	if answer := string(text); answer != "" && !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
		h.Errorf("cut off: %s", answer)
	}
}

// eventually repeats a request until what came before it has ended.
func (h *house) eventually(auth, method, location string, status int) answer {
	h.Helper()
	var a answer
	for range 500 {
		if a = h.do(auth, method, location, nil); a.StatusCode == status {
			return a
		}
		time.Sleep(5 * time.Millisecond)
	}
	h.Fatalf("%s %s: %d %s", method, location, a.StatusCode, a.body)
	return a
}

// twoWriters has a body arrive while another one is under way, and many at once.
func (h *house) twoWriters(ci string) {
	location := h.start(ci, "acme/r11")
	body, write := io.Pipe()
	defer write.Close()
	first := make(chan answer, 1)
	go func() { first <- h.do(ci, "PATCH", location, body) }()
	start := strings.Repeat("first ", 1<<14) // more than a client keeps back
	io.WriteString(write, start)
	for h.want(h.do(ci, "GET", location, nil), 204, "").Header.Get("Range") == "0-0" { // nothing has come yet
		time.Sleep(time.Millisecond)
	}
	for _, method := range []string{"PATCH", "PUT", "DELETE"} {
		h.want(h.do(ci, method, location+"&digest="+digest64, strings.NewReader("second")), 409, "BLOB_UPLOAD_INVALID")
	}
	io.WriteString(write, "and last")
	write.Close()
	next := h.want(<-first, 202, "").Header.Get("Location")
	h.want(h.do(ci, "PUT", next+"&digest="+digestOf([]byte(start+"and last")), nil), 201, "")

	one, other := bytes.Repeat([]byte("1"), 1<<20), bytes.Repeat([]byte("2"), 1<<20)
	location = h.start(ci, "acme/r11")
	var done sync.WaitGroup
	var answers [2]answer
	for i, body := range [][]byte{one, other} {
		done.Go(func() { answers[i] = h.do(ci, "PATCH", location, bytes.NewReader(body)) })
	}
	done.Wait()
	winner := 0
	if answers[1].StatusCode == 202 {
		winner = 1
	}
	if loser := answers[1-winner].StatusCode; answers[winner].StatusCode != 202 || loser != 409 && loser != 416 {
		h.Fatalf("winners: %d and %d", answers[0].StatusCode, answers[1].StatusCode)
	}
	won := [][]byte{one, other}[winner]
	h.want(h.do(ci, "PUT", answers[winner].Header.Get("Location")+"&digest="+digestOf(won), nil), 201, "")
}
