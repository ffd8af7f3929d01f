package registry_test

import (
	"bufio"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/distribution/distribution/v3/registry/api/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	"github.com/octroi/octroi/registry"
)

// parse names a request as it stands on the wire.
func parse(t testing.TB, method, target string) (registry.Request, *registry.Refusal, bool) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")))
	if err != nil {
		return registry.Request{}, nil, false // net/http refuses it
	}
	q, err := registry.ParseRequest(r)
	var refusal *registry.Refusal
	if err != nil && !errors.As(err, &refusal) {
		t.Fatalf("%s: not a refusal: %v", target, err)
	}
	return q, refusal, true
}

const digest64 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestHostileNames(t *testing.T) {
	t.Run("R01 R02 R03", func(t *testing.T) {
		refused := []string{"..", "a/../b", "a/%2e%2e/b", "a%2f..%2fb", "a%252e%252e", "/abs", `a\b`, "a/./b", "a//b", "aa/", "%61a",
			"A", "aA", "a..b", "a___b", "a__b", "a.-b", "-a", "a-", "a.", ".a", "_a", "a", "a;b", "a%00b", "é", "a b", "a+b", "a:b", "a@b",
			strings.Repeat("a", 206), strings.Repeat("a/", 103) + "a"}
		for _, name := range refused {
			q, refusal, ok := parse(t, "GET", "/v2/acme/"+name+"/manifests/v1")
			if ok && (refusal == nil || refusal.Code() != "NAME_INVALID" || refusal.Status() != 400) {
				t.Errorf("%q: %+v %v", name, q, refusal)
			}
		}
		for _, name := range []string{"aa", "a/b", "0/1", "team/app", "a.b_c-d", "a1", strings.Repeat("a", 205-5)} {
			q, refusal, _ := parse(t, "GET", "/v2/acme/"+name+"/manifests/v1")
			want := registry.Request{Kind: registry.ManifestGet, Tag: "v1",
				Repository: registry.Repository{Path: "acme/" + name, Alias: "acme", Name: name}}
			if diff := cmp.Diff(want, q); diff != "" || refusal != nil {
				t.Errorf("%q: %v %s", name, refusal, diff)
			}
		}
	})
	t.Run("an alias", func(t *testing.T) {
		for _, path := range []string{"app", "a/app", "1a/app", "A1/app", "-a/app", "aa-/app", strings.Repeat("a", 51) + "/app", "", "/app",
			strings.Repeat("a", 50) + "/" + strings.Repeat("a", 205)} {
			if q, refusal, _ := parse(t, "GET", "/v2/"+path+"/tags/list"); refusal == nil || refusal.Code() != "NAME_INVALID" {
				t.Errorf("%q: %+v %v", path, q, refusal)
			}
		}
	})
	t.Run("R04", func(t *testing.T) {
		for path, want := range map[string]registry.Request{
			"x/blobs/uploads/manifests/v1":            {Kind: registry.ManifestGet, Tag: "v1"},
			"x/manifests/y/manifests/v1":              {Kind: registry.ManifestGet, Tag: "v1"},
			"x/manifests/y/tags/list":                 {Kind: registry.TagsList, Page: registry.Page{Size: 1000}},
			"x/tags/list/tags/list":                   {Kind: registry.TagsList, Page: registry.Page{Size: 1000}},
			"x/tags/list/manifests/list":              {Kind: registry.ManifestGet, Tag: "list"},
			"token/manifests/v2":                      {Kind: registry.ManifestGet, Tag: "v2"},
			"v2/blobs/" + digest64:                    {Kind: registry.BlobGet, Digest: digest64},
			"x/blobs/uploads/blobs/" + digest64:       {Kind: registry.BlobGet, Digest: digest64},
			"x/referrers/y/referrers/" + digest64:     {Kind: registry.ReferrersList, Digest: digest64},
			"blobs/uploads/manifests/manifests/blobs": {Kind: registry.ManifestGet, Tag: "blobs"},
		} {
			words := strings.Split(path, "/")
			name := strings.Join(words[:len(words)-2], "/")
			want.Repository = registry.Repository{Path: "acme/" + name, Alias: "acme", Name: name}
			got, refusal, _ := parse(t, "GET", "/v2/acme/"+path)
			if diff := cmp.Diff(want, got); diff != "" || refusal != nil {
				t.Errorf("%s: %v %s", path, refusal, diff)
			}
		}
		for _, path := range []string{"/v2/acme/_catalog/manifests/v1", "/v2/_catalog/app/manifests/v1"} {
			if _, refusal, _ := parse(t, "GET", path); refusal == nil || refusal.Code() != "NAME_INVALID" {
				t.Errorf("%s: %v", path, refusal)
			}
		}
	})
	t.Run("R05", func(t *testing.T) {
		for _, tag := range []string{"..", ".a", "-a", strings.Repeat("a", 129), "a/b", "a%2fb", "latest%0a", "a%00", "a+b", "ä", ""} {
			for method, code := range map[string]string{"PUT": "MANIFEST_INVALID", "GET": "MANIFEST_UNKNOWN"} {
				_, refusal, ok := parse(t, method, "/v2/acme/app/manifests/"+tag)
				if ok && (refusal == nil || refusal.Code() != code && refusal.Code() != "UNSUPPORTED" && refusal.Code() != "NAME_INVALID") {
					t.Errorf("%s %q: %v", method, tag, refusal)
				}
			}
		}
		for _, tag := range []string{"a", "_", "A.-_z", strings.Repeat("a", 128)} {
			if q, refusal, _ := parse(t, "PUT", "/v2/acme/app/manifests/"+tag); refusal != nil || q.Tag != tag {
				t.Errorf("%q: %v", tag, refusal)
			}
		}
	})
	t.Run("R06", func(t *testing.T) {
		hex := strings.TrimPrefix(digest64, "sha256:")
		for digest, code := range map[string]string{
			"sha256:" + hex[1:]: "DIGEST_INVALID", "sha256:" + hex + "0": "DIGEST_INVALID", "sha256:" + strings.ToUpper(hex): "DIGEST_INVALID",
			"SHA256:" + hex: "DIGEST_INVALID", "md5:" + hex[:32]: "DIGEST_INVALID", "sha1:" + hex[:40]: "DIGEST_INVALID",
			"sha256+b64:" + hex: "DIGEST_INVALID", "sha256:..": "DIGEST_INVALID", ":": "DIGEST_INVALID", "sha256:": "DIGEST_INVALID",
			"sha512:" + hex + hex: "UNSUPPORTED", "sha512:" + hex: "DIGEST_INVALID", hex: "DIGEST_INVALID",
		} {
			for _, path := range []string{"/blobs/", "/referrers/", "/manifests/"} {
				_, refusal, _ := parse(t, "GET", "/v2/acme/app"+path+digest)
				if digest == hex && path == "/manifests/" {
					continue // a tag
				}
				if refusal == nil || refusal.Code() != code || refusal.Status() != 400 {
					t.Errorf("%s%s: %v", path, digest, refusal)
				}
			}
			_, refusal, _ := parse(t, "PUT", "/v2/acme/app/blobs/uploads/01a219f7-20db-76fc-8b3a-1071d570a260?digest="+digest)
			if refusal == nil || refusal.Status() != 400 {
				t.Errorf("upload %s: %v", digest, refusal)
			}
		}
	})
	t.Run("K16", testMethods)
}

// testMethods holds every method on every endpoint against the map.
func testMethods(t *testing.T) {
	upload := "/v2/acme/app/blobs/uploads/01a219f7-20db-76fc-8b3a-1071d570a260?digest=" + digest64
	kinds := map[string]map[string]registry.Kind{
		"/v2/":                               {"GET": registry.Ping, "HEAD": registry.Ping},
		"/v2":                                {"GET": registry.Ping, "HEAD": registry.Ping},
		"/token/":                            {"GET": registry.Exchange, "POST": registry.Exchange},
		"/token":                             {"GET": registry.Exchange, "POST": registry.Exchange},
		"/v2/_catalog":                       {"GET": registry.Catalog},
		"/v2/acme/app/tags/list":             {"GET": registry.TagsList},
		"/v2/acme/app/referrers/" + digest64: {"GET": registry.ReferrersList},
		"/v2/acme/app/manifests/v1": {"GET": registry.ManifestGet, "HEAD": registry.ManifestGet, "PUT": registry.ManifestPut,
			"DELETE": registry.ManifestDelete},
		"/v2/acme/app/blobs/" + digest64: {"GET": registry.BlobGet, "HEAD": registry.BlobGet, "DELETE": registry.BlobDelete},
		"/v2/acme/app/blobs/uploads/":    {"POST": registry.UploadStart},
		upload: {"GET": registry.UploadStatus, "PATCH": registry.UploadAppend, "PUT": registry.UploadFinish,
			"DELETE": registry.UploadCancel},
	}
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "FOO"}
	for path, want := range kinds {
		for _, method := range methods {
			q, refusal, ok := parse(t, method, path)
			switch kind, named := want[method]; {
			case !ok:
			case named && (refusal != nil || q.Kind != kind):
				t.Errorf("%s %s: %v %v", method, path, q.Kind, refusal)
			case !named && (refusal == nil || refusal.Status() != 405 || q.Kind != 0):
				t.Errorf("%s %s: %v %v", method, path, q.Kind, refusal)
			}
		}
	}
	for _, path := range []string{"/", "/v1/", "/v2/_catalog/", "/V2/_catalog", "//v2/_catalog", "/v2//_catalog", "/v2/./_catalog",
		"/v2/acme/app", "/v2/acme/app/blobs/uploads", "/v2/acme/app/tags", "/v2/acme/app/tags/lists", "/v2/acme/app/uploads/x",
		"/token/x", "/v2/acme/app/manifests/v1/", "/v2x/acme/app/manifests/v1"} {
		if q, refusal, _ := parse(t, "GET", path); refusal == nil || q.Kind != 0 || refusal.Status() != 404 && refusal.Status() != 400 {
			t.Errorf("%s: %v %v", path, q.Kind, refusal)
		}
	}
}

// FuzzParseRequest holds ParseRequest against the engine's router: what is named here is the same there,
// and no name can leave the folder.
func FuzzParseRequest(f *testing.F) {
	for _, seed := range []string{"/v2/acme/app/manifests/v1", "/v2/acme/a/b/blobs/" + digest64, "/v2/acme/app/blobs/uploads/", "/v2/",
		"/v2/acme/x/blobs/uploads/manifests/y", "/v2/acme/..%2f/tags/list?n=1&last=a", "/token/?scope=a&scope=b", "//v2/_catalog",
		"/v2/acme/app/blobs/uploads/01a219f7-20db-76fc-8b3a-1071d570a260?_state=x&_owner=y&digest=" + digest64,
		"/v2/acme/app/blobs/uploads/?mount=" + digest64 + "&from=acme/b", "/v2/acme/app/manifests/" + digest64, "/v2/é/\x00/manifests/a"} {
		for _, method := range []string{"GET", "PUT", "POST"} {
			f.Add(method, seed)
		}
	}
	router := v2.RouterWithPrefix("")
	f.Fuzz(func(t *testing.T, method, target string) {
		if strings.ContainsAny(method+target, "\r\n ") {
			return
		}
		q, refusal, ok := parse(t, method, target)
		if !ok {
			return
		}
		if refusal != nil {
			if refusal.Status() < 400 || refusal.Status() >= 500 || q != (registry.Request{}) {
				t.Fatalf("refused with %d and %+v", refusal.Status(), q)
			}
			return
		}
		agree(t, router, q, method, target)
	})
}

func agree(t *testing.T, router *mux.Router, q registry.Request, method, target string) {
	path, _, _ := strings.Cut(target, "?")
	if !fs.ValidPath(q.Repository.Path) && q.Repository.Path != "" || filepath.Clean(q.Repository.Path) != q.Repository.Path && q.Repository.Path != "" {
		t.Fatalf("the name leaves: %q", q.Repository.Path)
	}
	ours := []registry.Kind{registry.Exchange, registry.ReferrersList, registry.Ping}
	if slices.Contains(ours, q.Kind) {
		return
	}
	var match mux.RouteMatch
	r, err := http.NewRequest(method, "http://x"+path, nil)
	if err != nil || !router.Match(r, &match) || match.Route == nil {
		t.Fatalf("the engine does not route %q, we take it for %v", path, q.Kind)
	}
	reference := q.Tag + q.Digest
	if q.Kind == registry.UploadFinish {
		reference = q.Upload.ID
	}
	vars := match.Vars
	if vars["name"] != q.Repository.Path || vars["reference"]+vars["digest"]+vars["uuid"] != reference+strings.Repeat(q.Upload.ID, one(q)) {
		t.Fatalf("%q: the engine reads %v, we %+v", path, vars, q)
	}
}

func one(q registry.Request) int {
	if q.Kind == registry.UploadFinish || q.Upload.ID == "" {
		return 0
	}
	return 1
}
