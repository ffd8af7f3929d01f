package registry_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/registry"
)

const uploadID = "01a219f7-20db-76fc-8b3a-1071d570a260"

// everyRequest is one request of each kind on a repository.
func everyRequest(repository string) [][2]string {
	var all [][2]string
	for path, methods := range map[string]string{
		"manifests/v1":              "GET HEAD PUT DELETE",
		"manifests/" + digest64:     "GET HEAD PUT DELETE",
		"blobs/" + digest64:         "GET HEAD DELETE",
		"blobs/uploads/":            "POST",
		"blobs/uploads/" + uploadID: "GET PATCH PUT DELETE",
		"tags/list":                 "GET",
		"referrers/" + digest64:     "GET",
	} {
		for method := range strings.FieldsSeq(methods) {
			all = append(all, [2]string{method, "/v2/" + repository + "/" + path + "?digest=" + digest64})
		}
	}
	return all
}

func TestHostileAccess(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	nobody := h.user("nobody")
	h.push(ci, "acme/private/app", "v1", "one")
	h.push(ci, "acme/app", "v1", "one")
	layer := digestOf([]byte("layer one"))

	t.Run("R25", func(t *testing.T) {
		h := h.in(t)
		anonymous := "Bearer " + h.bearer("", "repository:acme/private/app:pull,push,delete")
		for _, auth := range []string{"", anonymous} {
			for _, r := range append(everyRequest("acme/private/app"), everyRequest("acme/private/absent")...) {
				a := h.do(auth, r[0], r[1], nil, "Range: bytes=0-1")
				if a.StatusCode != 401 || a.code() != "UNAUTHORIZED" && r[0] != "HEAD" {
					t.Errorf("%s %s: %d %s", r[0], r[1], a.StatusCode, a.body)
				}
				challenge := a.Header.Get("WWW-Authenticate")
				if !strings.HasPrefix(challenge, `Bearer realm="https://registry.example/token/",service="registry.example",scope="repository:acme/private/`) {
					t.Errorf("%s %s: %s", r[0], r[1], challenge)
				}
			}
		}
	})
	t.Run("R28", func(t *testing.T) {
		h := h.in(t)
		for _, r := range everyRequest("acme/private/app") {
			there := h.do(nobody, r[0], r[1], nil)
			gone := h.do(nobody, r[0], strings.Replace(r[1], "app", "abc", 1), nil)
			there.body = strings.ReplaceAll(there.body, "private/app", "private/abc")
			delete(there.Header, "Date")
			delete(gone.Header, "Date")
			delete(there.Header, "X-Amzn-Requestid") // each has its own
			delete(gone.Header, "X-Amzn-Requestid")
			if there.StatusCode != 403 || there.code() != "DENIED" && r[0] != "HEAD" {
				t.Errorf("%s %s: %d %s", r[0], r[1], there.StatusCode, there.body)
			}
			if diff := cmp.Diff([]any{there.StatusCode, there.body, there.Header}, []any{gone.StatusCode, gone.body, gone.Header}); diff != "" {
				t.Errorf("%s %s tells the two apart: %s", r[0], r[1], diff)
			}
		}
		h.want(h.do(h.user("sees", puller("*")), "GET", "/v2/acme/private/absent/manifests/v1", nil), 404, "NAME_UNKNOWN")
		h.want(h.do("", "GET", "/v2/acme/absent/manifests/v1", nil), 404, "NAME_UNKNOWN")
		h.want(h.do("", "GET", "/v2/nobodys/absent/manifests/v1", nil), 404, "NAME_UNKNOWN")
		h.want(h.do("", "GET", "/v2/nobodys/private/absent/manifests/v1", nil), 401, "UNAUTHORIZED")
	})
	t.Run("R16", func(t *testing.T) {
		h := h.in(t)
		subject := h.push(ci, "acme/private/subject", "v1", "one")
		for i, kind := range []string{"application/x.a", "application/x.b"} {
			m := manifestOf([]byte(`{"config":"one"}`), []byte("layer one"), fmt.Sprintf(`,"artifactType":%q,"annotations":{"i":"%d"},"subject":%s`, kind, i, described(ociType, subject)))
			a := h.want(h.put(ci, "acme/private/subject", digestOf(m), ociType, m), 201, "")
			if got := a.Header.Get("OCI-Subject"); got != digestOf(subject) {
				t.Errorf("OCI-Subject %q", got)
			}
		}
		path := "/v2/acme/private/subject/referrers/" + digestOf(subject)
		h.want(h.do("", "GET", path, nil), 401, "UNAUTHORIZED")
		h.want(h.do(nobody, "GET", path, nil), 403, "DENIED")
		a := h.want(h.do(ci, "GET", path+"?artifactType=application/x.b", nil), 200, "")
		var index struct {
			Manifests []struct{ ArtifactType, Digest string }
		}
		check(t, json.Unmarshal([]byte(a.body), &index))
		if len(index.Manifests) != 1 || index.Manifests[0].ArtifactType != "application/x.b" || a.Header.Get("OCI-Filters-Applied") != "artifactType" {
			t.Errorf("filtered: %s %v", a.body, a.Header)
		}
		h.want(h.do(ci, "DELETE", "/v2/acme/private/subject/manifests/"+index.Manifests[0].Digest, nil), 202, "")
		a = h.want(h.do(ci, "GET", path, nil), 200, "")
		if a.Header.Get("Content-Type") != indexType || strings.Count(a.body, "digest") != 1 {
			t.Errorf("after a delete: %s", a.body)
		}
		h.want(h.do(ci, "GET", "/v2/acme/app/referrers/"+digestOf(subject), nil), 200, "")
		if a := h.do(ci, "GET", "/v2/acme/app/referrers/"+digest64, nil); !strings.Contains(a.body, `"manifests":[]`) {
			t.Errorf("of nothing: %s", a.body)
		}
	})
	t.Run("R12", func(t *testing.T) {
		h := h.in(t)
		mounter := h.user("mounter", pusher("target"), allow("private/mine", "GetDownloadUrlForLayer"))
		h.push(ci, "acme/private/mine", "v1", "mine")
		mount := func(digest, from string) answer {
			return h.do(mounter, "POST", "/v2/acme/target/blobs/uploads/?mount="+digest+"&from="+from, nil)
		}
		unlike := func(a answer) any {
			var names []string
			for name := range a.Header {
				names = append(names, name)
			}
			return []any{a.StatusCode, a.body, a.Header.Get("Range"), len(names)}
		}
		plain := unlike(h.want(h.do(mounter, "POST", "/v2/acme/target/blobs/uploads/", nil), 202, ""))
		for name, a := range map[string]answer{
			"refused":               mount(layer, "acme/private/app"),
			"refused, not there":    mount(digest64, "acme/private/app"),
			"no such repository":    mount(layer, "acme/absent"),
			"no such private one":   mount(layer, "acme/private/absent"),
			"no such alias":         mount(layer, "nobodys/app"),
			"allowed, not there":    mount(digest64, "acme/private/mine"),
			"public, not there":     mount(digest64, "acme/app"),
			"not a name":            mount(layer, "library"),
			"not a digest":          mount("sha256:1", "acme/app"),
			"from nowhere":          mount(layer, ""),
			"a traversal":           mount(layer, "acme/../app"),
			"sha512":                mount("sha512:"+strings.Repeat("0", 128), "acme/app"),
			"the engine's own name": mount(layer, "acme%2Fprivate%2Fapp"),
		} {
			if diff := cmp.Diff(plain, unlike(a)); diff != "" {
				t.Errorf("%s: %d %s", name, a.StatusCode, diff)
			}
		}
		h.want(h.do("", "GET", "/v2/acme/target/blobs/"+layer, nil), 404, "BLOB_UNKNOWN")
		h.want(mount(layer, "acme/app"), 201, "")
		h.want(mount(digestOf([]byte("layer mine")), "acme/private/mine"), 201, "")
		narrow := "Bearer " + h.bearer(mounter, "repository:acme/target:pull,push")
		a := h.do(narrow, "POST", "/v2/acme/target/blobs/uploads/?mount="+digestOf([]byte("layer mine"))+"&from=acme/private/mine", nil)
		h.want(a, 202, "")
	})
	t.Run("R26 R27", func(t *testing.T) { h.in(t).catalog(nobody, ci) })
	t.Run("R29", func(t *testing.T) {
		h := h.in(t)
		for _, auth := range []string{"", nobody, ci} {
			for _, r := range everyRequest("acme/private/app") {
				a := h.do(auth, r[0], r[1], strings.NewReader("x"))
				for _, word := range []string{h.folder, "/docker/", "goroutine", "SELECT", "sqlite", ".go:"} {
					if strings.Contains(a.body+fmt.Sprint(a.Header), word) {
						t.Errorf("%s %s: %q in %s", r[0], r[1], word, a.body)
					}
				}
			}
		}
	})
	t.Run("R37 R38", func(t *testing.T) {
		h := h.in(t)
		for _, line := range []string{"Host: evil.com", "X-Forwarded-Host: evil.com", "Forwarded: host=evil.com", "X-Forwarded-Proto: gopher", "Origin: https://evil.com"} {
			for _, r := range append(everyRequest("acme/app"), [2]string{"GET", "/v2/"}, [2]string{"GET", "/token/"}) {
				for _, auth := range []string{"", ci} {
					a := h.do(auth, r[0], r[1], nil, line)
					if all := fmt.Sprint(a.Header, a.body); strings.Contains(all, "evil") || strings.Contains(all, "gopher") || strings.Contains(all, "Access-Control") {
						t.Errorf("%s %s: %s", r[0], r[1], all)
					}
				}
			}
		}
	})
}

// catalog holds the catalog to who asks.
func (h *house) catalog(nobody, ci string) {
	h.want(h.do("", "GET", "/v2/_catalog", nil), 401, "UNAUTHORIZED")
	h.want(h.do("Bearer "+h.bearer("", ""), "GET", "/v2/_catalog", nil), 401, "UNAUTHORIZED")
	for _, path := range []string{"/v2/_catalog/", "/V2/_catalog", "/v2/%5fcatalog", "/v2/./_catalog", "/v2//_catalog"} {
		if a := h.do(ci, "GET", path, nil); a.StatusCode != 404 && a.StatusCode != 400 {
			h.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
	list := func(auth, query string) []string {
		h.Helper()
		var all struct{ Repositories []string }
		check(h.TB, json.Unmarshal([]byte(h.want(h.do(auth, "GET", "/v2/_catalog"+query, nil), 200, "").body), &all))
		return all.Repositories
	}
	for _, name := range list(nobody, "") {
		if strings.HasPrefix(name, "acme/private/") {
			h.Errorf("nobody sees %s", name)
		}
	}
	all := list(ci, "")
	if len(all) < 3 {
		h.Fatalf("%q", all)
	}
	var paged []string
	for path := "?n=1"; path != ""; {
		a := h.want(h.do(ci, "GET", "/v2/_catalog"+path, nil), 200, "")
		paged = append(paged, list(ci, path)...)
		link, _, ok := strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "</v2/_catalog"), ">")
		if path = ""; ok {
			path = link
		}
	}
	if diff := cmp.Diff(all, paged); diff != "" {
		h.Error(diff)
	}
	one := h.user("one", allow("private/app", "BatchGetImage"))
	if got := list(one, "?last=acme/app"); len(got) == 0 || got[0] != "acme/private/app" {
		h.Errorf("%q", got)
	}
	if got := list(ci, "?n=0"); len(got) != 0 {
		h.Errorf("n=0: %q", got)
	}
	for _, query := range []string{"?n=-1", "?n=abc", "?n=18446744073709551616", "?n=1.5", "?n=+1", "?last=../", "?last=' OR 1=1", "?last=%00", "?n=1&n=2",
		"?last=a&last=b", "?n=%zz", "?n=1;last=x"} {
		for _, path := range []string{"/v2/_catalog", "/v2/acme/app/tags/list"} {
			if a := h.do(ci, "GET", path+strings.ReplaceAll(query, " ", "%20"), nil); a.StatusCode != 400 {
				h.Errorf("%s%s: %d %s", path, query, a.StatusCode, a.body)
			}
		}
	}
	for _, n := range []string{"0", "1000000000", "18446744073709551615"} {
		h.want(h.do(ci, "GET", "/v2/_catalog?n="+n, nil), 200, "")
		h.want(h.do(ci, "GET", "/v2/acme/app/tags/list?n="+n, nil), 200, "")
	}
}

func TestCreateOnPush(t *testing.T) {
	pushOnly := []string{"InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"}
	post := func(h *house, auth, repository string) answer {
		return h.do(auth, "POST", "/v2/"+repository+"/blobs/uploads/", nil)
	}
	t.Run("on", func(t *testing.T) {
		h := open(t)
		h.want(post(h, h.user("may", pusher("team/*")), "acme/team/new"), 202, "")
		sees := h.user("sees", allow("*", append(clone(pushOnly), "DescribeRepositories")...))
		h.want(post(h, sees, "acme/absent"), 404, "NAME_UNKNOWN")
		h.want(post(h, sees, "nobodys/absent"), 403, "DENIED")
		a := h.want(post(h, h.user("blind", allow("*", clone(pushOnly)...)), "acme/absent"), 403, "DENIED")
		if !strings.Contains(a.body, "not authorized to perform: ecr-public:CreateRepository") {
			t.Error(a.body)
		}
		a = h.want(post(h, h.user("none"), "acme/absent"), 403, "DENIED")
		if !strings.Contains(a.body, "not authorized to perform: ecr-public:InitiateLayerUpload") {
			t.Error(a.body)
		}
		h.want(h.put(h.user("puts", pusher("*")), "acme/made", "v1", indexType, []byte(`{"schemaVersion":2,"manifests":[]}`)), 201, "")
	})
	t.Run("off", func(t *testing.T) {
		h := open(t, func(c *registry.Config) { c.CreateOnPush = false })
		h.want(post(h, h.user("sees", allow("*", append(clone(pushes), "DescribeRepositories")...)), "acme/absent"), 404, "NAME_UNKNOWN")
		h.want(post(h, h.user("blind", pusher("*")), "acme/absent"), 403, "DENIED")
	})
}

// bearer exchanges a login, or nothing, for a bearer.
func (h *house) bearer(auth, scope string) string {
	h.Helper()
	path := "/token/"
	if scope != "" {
		path += "?scope=" + scope
	}
	a := h.want(h.do(auth, http.MethodGet, path, nil), 200, "")
	var token struct{ Token string }
	check(h.TB, json.Unmarshal([]byte(a.body), &token))
	return token.Token
}
