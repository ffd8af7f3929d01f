package registry_test

import (
	"testing"
)

func TestWalk(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	m := h.push(ci, "acme/team/app", "v1", "one")

	a := h.want(h.do("", "GET", "/v2/acme/team/app/manifests/v1", nil), 200, "")
	if a.body != string(m) || a.Header.Get("Content-Type") != ociType || a.Header.Get("Docker-Content-Digest") != digestOf(m) {
		t.Errorf("manifest: %v %s", a.Header, a.body)
	}
	h.want(h.do("", "HEAD", "/v2/acme/team/app/manifests/"+digestOf(m), nil), 200, "")
	a = h.want(h.do("", "GET", "/v2/acme/team/app/blobs/"+digestOf([]byte("layer one")), nil), 200, "")
	if a.body != "layer one" {
		t.Errorf("blob: %q", a.body)
	}
	a = h.want(h.do("", "GET", "/v2/acme/team/app/tags/list", nil), 200, "")
	if want := `{"name":"acme/team/app","tags":["v1"]}`; a.body != want {
		t.Errorf("tags: got %s want %s", a.body, want)
	}
	a = h.want(h.do(ci, "GET", "/v2/_catalog", nil), 200, "")
	if want := `{"repositories":["acme/team/app"]}`; a.body != want {
		t.Errorf("catalog: got %s want %s", a.body, want)
	}
	h.want(h.do(ci, "GET", "/v2/", nil), 200, "")
	for _, r := range h.audit() {
		t.Logf("%+v", r)
	}
}
