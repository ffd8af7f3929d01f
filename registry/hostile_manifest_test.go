package registry_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

const (
	dockerType = "application/vnd.docker.distribution.manifest.v2+json"
	listType   = "application/vnd.docker.distribution.manifest.list.v2+json"
)

func TestHostileManifests(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	const repository = "acme/app"
	m := h.push(ci, repository, "v1", "one")
	good := string(m)
	index := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, indexType, described(ociType, m))
	put := func(h *house, reference, mediaType, manifest string) answer {
		return h.put(ci, repository, reference, mediaType, []byte(manifest))
	}
	replace := strings.NewReplacer
	child := described(ociType, m)

	t.Run("R18", func(t *testing.T) {
		h := h.in(t)
		docker := strings.Replace(good, ociType, dockerType, 1)
		for name, tc := range map[string]struct{ mediaType, manifest string }{
			"layers and manifests":          {ociType, replace(`"layers"`, `"manifests":[`+child+`],"layers"`).Replace(good)},
			"index with layers":             {indexType, replace(`"manifests"`, `"layers":[],"manifests"`).Replace(index)},
			"index with config":             {indexType, replace(`"manifests"`, `"config":`+child+`,"manifests"`).Replace(index)},
			"another Content-Type":          {indexType, good},
			"a Docker type as OCI":          {ociType, docker},
			"OCI as a Docker type":          {dockerType, good},
			"a Docker image, no mediaType":  {dockerType, replace(`"mediaType":"`+dockerType+`",`, "").Replace(docker)},
			"mediaType of another kind":     {ociType, replace(`"mediaType":"`+ociType+`"`, `"mediaType":1`).Replace(good)},
			"an index as an image, no type": {ociType, replace(`"mediaType":"`+indexType+`",`, "").Replace(index)},
			"an image as an index, no type": {indexType, replace(`"mediaType":"`+ociType+`",`, "").Replace(good)},
			"schema 1":                      {"application/vnd.docker.distribution.manifest.v1+prettyjws", `{"schemaVersion":1,"name":"app","fsLayers":[]}`},
			"schema 1 as 2":                 {ociType, replace(`"layers"`, `"fsLayers":[],"layers"`).Replace(good)},
			"version 1":                     {ociType, replace(`"schemaVersion":2`, `"schemaVersion":1`).Replace(good)},
			"no version":                    {ociType, replace(`"schemaVersion":2,`, "").Replace(good)},
			"octets":                        {"application/octet-stream", good},
			"a parameter":                   {ociType + "; charset=utf-8", good},
			"no type":                       {"", good},
			"no config":                     {ociType, `{"schemaVersion":2,"mediaType":"` + ociType + `","layers":[]}`},
			"layers is null":                {ociType, replace(`"layers":[`, `"layers":null,"x":[`).Replace(good)},
			"not an object":                 {ociType, `[]`},
			"nothing":                       {ociType, ``},
		} {
			if a := put(h, "bad", tc.mediaType, tc.manifest); a.StatusCode != 400 || a.code() != "MANIFEST_INVALID" {
				t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
			}
		}
		h.want(h.do("", "GET", "/v2/acme/app/manifests/bad", nil), 404, "MANIFEST_UNKNOWN")
		untyped := replace(`"mediaType":"`+ociType+`",`, "").Replace(good)
		h.want(put(h, "untyped", ociType, untyped), 201, "")
		untypedIndex := replace(`"mediaType":"`+indexType+`",`, "").Replace(index)
		h.want(put(h, "untyped-index", indexType, untypedIndex), 201, "")
		h.want(put(h, "docker", dockerType, docker), 201, "")
		list := replace(indexType, listType).Replace(index)
		h.want(put(h, "list", listType, list), 201, "")
		h.want(put(h, "index", indexType, index), 201, "")
		for tag, want := range map[string]struct{ mediaType, body string }{"v1": {ociType, good}, "untyped": {ociType, untyped},
			"docker": {dockerType, docker}, "list": {listType, list}, "index": {indexType, index}, "untyped-index": {indexType, untypedIndex}} {
			for _, accept := range []string{"", "*/*", "text/html", dockerType, listType, indexType, "application/vnd.docker.distribution.manifest.v1+json"} {
				a := h.want(h.do("", "GET", "/v2/acme/app/manifests/"+tag, nil, "Accept: "+accept), 200, "")
				if a.Header.Get("Content-Type") != want.mediaType || a.body != want.body {
					t.Errorf("%s for %q: %q %s", tag, accept, a.Header.Get("Content-Type"), a.body)
				}
			}
		}
	})
	t.Run("R19", func(t *testing.T) {
		h := h.in(t)
		padded := func(size int) io.Reader {
			note := `,"annotations":{"a":"","b":"","c":"","d":"","e":""}`
			text := manifestOf([]byte(`{"config":"one"}`), []byte("layer one"), note)
			pad := size - len(text)
			for _, key := range []string{"a", "b", "c", "d", "e"} {
				n := min(pad, 1<<20)
				text = bytes.Replace(text, []byte(`"`+key+`":""`), []byte(`"`+key+`":"`+strings.Repeat("x", n)+`"`), 1)
				pad -= n
			}
			return bytes.NewReader(text)
		}
		for _, chunked := range []bool{false, true} {
			for size, want := range map[int]int{4 << 20: 201, 4<<20 + 1: 413} {
				body := padded(size)
				if chunked {
					body = io.MultiReader(body)
				}
				a := h.do(ci, "PUT", "/v2/acme/app/manifests/large", body, "Content-Type: "+ociType)
				if a.StatusCode != want || want == 413 && a.code() != "MANIFEST_INVALID" {
					t.Errorf("%d bytes, chunked %v: %d %s", size, chunked, a.StatusCode, a.body)
				}
			}
		}
	})
	t.Run("R20", func(t *testing.T) {
		h := h.in(t)
		deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
		for name, manifest := range map[string]string{
			"a member twice":          replace(`"layers"`, `"layers":[],"layers"`).Replace(good),
			"twice by an escape":      replace(`"layers"`, `"l\u0061yers":[],"layers"`).Replace(good),
			"another case":            replace(`"layers"`, `"Layers":[],"layers"`).Replace(good),
			"only another case":       replace(`"config"`, `"Config"`).Replace(good),
			"a folded letter":         replace(`"layers"`, `"layerſ":[],"layers"`).Replace(good),
			"another case in a layer": replace(`"size"`, `"Size":1,"size"`).Replace(good),
			"trailing":                good + `{}`,
			"NaN":                     replace(`"size":9`, `"size":NaN`).Replace(good),
			"deep":                    replace(`"layers"`, `"x":`+deep+`,"layers"`).Replace(good),
			"many layers":             `{"schemaVersion":2,"mediaType":"` + ociType + `","config":` + child + `,"layers":[` + strings.Repeat(`{},`, 99_999) + `{}]}`,
			"many annotations":        `{"schemaVersion":2,"annotations":{` + strings.Repeat(`"":"",`, 600_000) + `"a":""}}`,
			"bytes":                   replace(`"layers"`, `"x":"`+"\xff"+`","layers"`).Replace(good),
		} {
			if a := put(h, "bad", ociType, manifest); a.StatusCode != 400 || a.code() != "MANIFEST_INVALID" {
				t.Errorf("%s: %d %.200s", name, a.StatusCode, a.body)
			}
		}
	})
	t.Run("R21", func(t *testing.T) {
		h := h.in(t)
		for _, size := range []string{"-1", "9223372036854775808", `"9"`, "9.0", "9e0", "8", "10", "null", "{}"} {
			if a := put(h, "bad", ociType, replace(`"size":9`, `"size":`+size).Replace(good)); a.StatusCode != 400 || a.code() != "MANIFEST_INVALID" {
				t.Errorf("size %s: %d %s", size, a.StatusCode, a.body)
			}
		}
		if a := put(h, "bad", indexType, replace(fmt.Sprint(`"size":`, len(m)), `"size":1`).Replace(index)); a.code() != "MANIFEST_INVALID" {
			t.Errorf("size of a child: %d %s", a.StatusCode, a.body)
		}
	})
	t.Run("R22", func(t *testing.T) {
		h := h.in(t)
		last := m
		for range 50 {
			next := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, indexType, described(indexType, last))
			h.want(h.put(ci, repository, digestOf(next), indexType, next), 201, "")
			last = next
		}
		orphan := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, indexType, described(ociType, []byte("nowhere")))
		h.want(put(h, "orphan", indexType, orphan), 404, "MANIFEST_BLOB_UNKNOWN")
	})
	t.Run("R23", func(t *testing.T) {
		h := h.in(t)
		fetched := false
		target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched = true }))
		defer target.Close()
		foreign := func(url string) string {
			layer := fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","digest":%q,"size":1,"urls":[%q]}`, digest64, url)
			return fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":%s,"layers":[%s]}`, ociType,
				described("application/vnd.oci.image.config.v1+json", []byte(`{"config":"one"}`)), layer)
		}
		for _, url := range []string{"file:///etc/passwd", "//x/y", "gopher://x/", "", "http:///x", "javascript:alert(1)"} {
			h.want(put(h, "bad", ociType, foreign(url)), 400, "MANIFEST_INVALID")
		}
		h.want(put(h, "foreign", ociType, foreign(target.URL+"/layer")), 201, "")
		h.want(put(h, "foreign", ociType, foreign("http://169.254.169.254/latest")), 201, "")
		h.want(h.do("", "GET", "/v2/acme/app/blobs/"+digest64, nil), 404, "BLOB_UNKNOWN")
		if fetched {
			t.Error("the layer was fetched")
		}
	})
	t.Run("R24", func(t *testing.T) {
		h := h.in(t)
		h.want(h.put(ci, repository, digest64, ociType, m), 400, "DIGEST_INVALID")
		h.want(h.put(ci, repository, digestOf(m), ociType, m), 201, "")
		h.want(h.put(ci, repository, "v1", indexType, m), 400, "MANIFEST_INVALID")
		if a := h.do("", "GET", "/v2/acme/app/manifests/v1", nil); a.Header.Get("Content-Type") != ociType {
			t.Error(a.Header)
		}
	})
}

// TestManifestMemory is R20's bound: 4 MiB of the worst manifest are not 64 MiB of heap.
func TestManifestMemory(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	body := []byte(`{"schemaVersion":2,"x":[` + strings.Repeat(`[],`, 1_390_000) + `[]]}`)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	h.want(h.put(ci, "acme/app", "v1", ociType, body), 400, "MANIFEST_INVALID")
	runtime.ReadMemStats(&after)
	if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 64 {
		t.Errorf("%d MiB allocated for %d bytes", grown, len(body))
	}
}
