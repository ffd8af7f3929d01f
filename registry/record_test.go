package registry_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/octroi/octroi/audit"
)

// TestRecorded holds every refusal to one record with its code, and an allowed request to none.
func TestRecorded(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	nobody := h.user("nobody")
	h.push(ci, "acme/private/app", "v1", "one")
	for name, tc := range map[string]struct {
		auth, method, path, body string
		refusals                 int
		code                     string
	}{
		"unnamed":            {"", "GET", "/v2/x", "", 1, "UNSUPPORTED"},
		"a name":             {"", "GET", "/v2/acme/a..b/tags/list", "", 1, "NAME_INVALID"},
		"a method":           {"", "PATCH", "/v2/", "", 1, "UNSUPPORTED"},
		"no credential":      {"", "GET", "/v2/", "", 1, "UNAUTHORIZED"},
		"a forged one":       {basic("forged"), "GET", "/v2/", "", 1, "UNAUTHORIZED"},
		"a private one":      {"", "GET", "/v2/acme/private/app/manifests/v1", "", 1, "UNAUTHORIZED"},
		"a denied one":       {nobody, "GET", "/v2/acme/private/app/manifests/v1", "", 1, "AccessDenied"},
		"a manifest":         {ci, "PUT", "/v2/acme/private/app/manifests/v2", "{}", 1, "MANIFEST_INVALID"},
		"an upload":          {ci, "PATCH", "/v2/acme/private/app/blobs/uploads/" + uploadID, "", 1, "BLOB_UPLOAD_UNKNOWN"},
		"a token request":    {"", "GET", "/token/?password=x", "", 1, "UNSUPPORTED"},
		"a forged login":     {basic("forged"), "GET", "/token/", "", 1, "UNAUTHORIZED"},
		"a missing manifest": {ci, "GET", "/v2/acme/private/app/manifests/v2", "", 0, ""},
		"an allowed one":     {ci, "GET", "/v2/acme/private/app/manifests/v1", "", 0, ""},
		"a token":            {ci, "GET", "/token/", "", 0, ""},
	} {
		before := len(h.audit())
		h.do(tc.auth, tc.method, tc.path, bytes.NewReader([]byte(tc.body)), "Content-Type: "+ociType)
		refusals := 0
		records := h.audit()[before:]
		for _, r := range records {
			if r.Outcome == audit.Refused || r.Outcome == audit.Denied {
				refusals++
				if r.Code != tc.code || strings.Contains(r.Path, "?") {
					t.Errorf("%s: %+v", name, r)
				}
			}
		}
		if refusals != tc.refusals || len(records) == 0 {
			t.Errorf("%s: %d refusals in %+v", name, refusals, records)
		}
	}
}

// TestUnavailable closes what a decision needs: then nobody gets anything, not even a refusal that would say more.
func TestUnavailable(t *testing.T) {
	for name, closing := range map[string]func(*house) error{
		"the record": func(h *house) error { return h.log.Close() },
		"the store":  func(h *house) error { return h.store.Close() },
	} {
		h := open(t)
		ci := h.user("ci", everything("*"))
		h.push(ci, "acme/app", "v1", "one")
		h.push(ci, "acme/private/app", "v1", "one")
		check(t, closing(h))
		h.clock.Store(60) // nothing cached is fresh
		requests := append(everyRequest("acme/private/app"), [2]string{"GET", "/v2/"}, [2]string{"GET", "/v2/_catalog"}, [2]string{"GET", "/token/"},
			[2]string{"GET", "/v2/acme/app/manifests/v1"}, [2]string{"GET", "/v2/acme/app/blobs/" + digestOf([]byte("layer one"))})
		for _, r := range requests {
			a := h.do(ci, r[0], r[1], nil)
			if a.StatusCode != 503 || a.code() != "UNAVAILABLE" && r[0] != "HEAD" || a.Header.Get("Retry-After") == "" {
				t.Errorf("%s: %s %s: %d %s", name, r[0], r[1], a.StatusCode, a.body)
			}
		}
		if name == "the record" {
			h.want(h.do("", "GET", "/v2/acme/app/manifests/v1", nil), 503, "UNAVAILABLE")
			h.want(h.do("", "GET", "/v2/", nil), 503, "UNAVAILABLE")
			h.want(h.do("", "GET", "/v2/..", nil), 503, "UNAVAILABLE")
		}
	}
}
