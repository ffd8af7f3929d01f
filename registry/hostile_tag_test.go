package registry_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/octroi/octroi/registry"
)

func TestTagPages(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	m := h.image(ci, "acme/app", "one")
	a := h.want(h.do("", "GET", "/v2/acme/app/tags/list", nil), 200, "")
	if want := `{"name":"acme/app","tags":[]}`; a.body != want {
		t.Errorf("no tags yet: %s", a.body)
	}
	for _, tag := range []string{"a", "b", "c"} {
		h.want(h.put(ci, "acme/app", tag, ociType, m), 201, "")
	}
	a = h.want(h.do("", "GET", "/v2/acme/app/tags/list?n=2&last=a", nil), 200, "")
	if want := `{"name":"acme/app","tags":["b","c"]}`; a.body != want {
		t.Errorf("a page: %s", a.body)
	}
	a = h.want(h.do("", "GET", "/v2/acme/app/tags/list?n=1", nil), 200, "")
	if want := `</v2/acme/app/tags/list?last=a&n=1>; rel="next"`; a.Header.Get("Link") != want {
		t.Errorf("Link: %s", a.Header.Get("Link"))
	}
}

func TestHostileTags(t *testing.T) {
	h := open(t, func(c *registry.Config) { c.Immutable = func(_, name string) bool { return name == "fixed" } })
	ci := h.user("ci", everything("*"))
	creator := h.user("creator", everything("*"), deny("*", "OverwriteImageTag"))
	t.Run("R31", func(t *testing.T) {
		h := h.in(t)
		first := h.push(ci, "acme/app", "latest", "one")
		second := h.image(ci, "acme/app", "two")
		h.want(h.put(creator, "acme/app", "latest", ociType, second), 403, "DENIED")
		h.want(h.put(creator, "acme/app", "latest", ociType, first), 201, "")
		h.want(h.put(creator, "acme/app", "fresh", ociType, second), 201, "")
		h.want(h.put(ci, "acme/app", "latest", ociType, second), 201, "")
		fixed := h.push(ci, "acme/fixed", "v1", "one")
		other := h.image(ci, "acme/fixed", "two")
		h.want(h.put(ci, "acme/fixed", "v1", ociType, other), 409, "TAG_INVALID")
		h.want(h.put(ci, "acme/fixed", "v1", ociType, fixed), 201, "")
		h.want(h.put(ci, "acme/fixed", digestOf(other), ociType, other), 201, "")
	})
	t.Run("R30", func(t *testing.T) {
		h := h.in(t)
		var manifests [][]byte
		for i := range 10 {
			manifests = append(manifests, h.image(ci, "acme/race", fmt.Sprint(i)))
		}
		for round := range 10 {
			tag := fmt.Sprint("race", round)
			answers := make([]answer, len(manifests))
			var done sync.WaitGroup
			for i, m := range manifests {
				done.Go(func() { answers[i] = h.put(creator, "acme/race", tag, ociType, m) })
			}
			done.Wait()
			winner := -1
			for i, a := range answers {
				if a.StatusCode == 201 && winner >= 0 {
					t.Errorf("%s: two winners", tag)
				} else if a.StatusCode == 201 {
					winner = i
				} else if a.StatusCode != 403 && a.StatusCode != 409 {
					t.Errorf("%s: %d %s", tag, a.StatusCode, a.body)
				}
			}
			if winner < 0 {
				t.Fatal("no winner")
			}
			if a := h.do("", "GET", "/v2/acme/race/manifests/"+tag, nil); a.body != string(manifests[winner]) {
				t.Errorf("%s is not the winner's", tag)
			}
		}
	})
	t.Run("R32", func(t *testing.T) {
		h := h.in(t)
		m := h.push(ci, "acme/keep", "v1", "one")
		for name, auth := range map[string]string{"pulls": h.user("pulls", puller("*")), "pushes": h.user("pushes", pusher("*"))} {
			for _, path := range []string{"manifests/v1", "manifests/" + digestOf(m), "blobs/" + digestOf([]byte("layer one"))} {
				a := h.want(h.do(auth, "DELETE", "/v2/acme/keep/"+path, nil), 403, "DENIED")
				if !strings.Contains(a.body, name+" is not authorized to perform: ecr-public:BatchDeleteImage on resource: arn:aws:ecr-public::123456789012:repository/keep") {
					t.Errorf("the sentence: %s", a.body)
				}
			}
		}
		h.want(h.do("", "GET", "/v2/acme/keep/manifests/v1", nil), 200, "")
		h.want(h.do(ci, "DELETE", "/v2/acme/keep/manifests/v1", nil), 202, "")
		h.want(h.do(ci, "DELETE", "/v2/acme/keep/manifests/v1", nil), 404, "MANIFEST_UNKNOWN")
		h.want(h.do("", "GET", "/v2/acme/keep/manifests/"+digestOf(m), nil), 200, "")
		h.want(h.do(ci, "DELETE", "/v2/acme/keep/manifests/"+digestOf(m), nil), 202, "")
		h.want(h.do("", "GET", "/v2/acme/keep/manifests/"+digestOf(m), nil), 404, "MANIFEST_UNKNOWN")
	})
}

func TestHostileR33(t *testing.T) {
	h := open(t, func(c *registry.Config) { c.Deletes = false })
	ci := h.user("ci", everything("*"))
	m := h.push(ci, "acme/app", "v1", "one")
	for _, path := range []string{"manifests/v1", "manifests/" + digestOf(m), "blobs/" + digestOf([]byte("layer one"))} {
		if a := h.want(h.do(ci, "DELETE", "/v2/acme/app/"+path, nil), 405, "UNSUPPORTED"); !strings.HasPrefix(a.Header.Get("Allow"), "GET, HEAD") {
			t.Errorf("%v", a.Header)
		}
	}
	h.want(h.do(ci, "DELETE", h.start(ci, "acme/app"), nil), 204, "")
	if a := h.want(h.do("", "POST", "/v2/acme/app/manifests/v1", nil), 405, "UNSUPPORTED"); a.Header.Get("Allow") != "DELETE, GET, HEAD, PUT" {
		t.Errorf("%v", a.Header)
	}
}
