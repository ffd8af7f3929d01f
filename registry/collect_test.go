package registry_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octroi/octroi/registry"
	"github.com/octroi/octroi/registry/engine"
)

// collect is a pass that finds everything as old as if it were done later, or earlier.
func (h *house) collect(ahead time.Duration) engine.Collected {
	h.Helper()
	return must(h.engine.Collect(context.Background(), time.Now().Add(ahead)))(h.TB)
}

// contents lists the blobs that are there, in digits.
func (h *house) contents() (all []string) {
	h.Helper()
	found := must(filepath.Glob(filepath.Join(h.folder, "registry/docker/registry/v2/blobs/sha256/*/*")))(h.TB)
	for _, path := range found {
		all = append(all, filepath.Base(path))
	}
	return all
}

// RL23: what nothing leads to goes, with its space, and nothing else.
func TestCollect(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	kept := h.push(ci, "acme/app", "v1", "kept")
	gone := h.push(ci, "acme/app", "v2", "gone")
	shared := h.push(ci, "acme/app", "v3", "shared")
	h.push(ci, "acme/deep/er/app", "v1", "shared")
	index := indexOf(kept)
	h.want(h.put(ci, "acme/app", "all", indexType, index), 201, "")
	loose := h.blob(ci, "acme/app", []byte("no manifest names it"))
	h.push(ci, "acme/app", "moved", "before")
	h.push(ci, "acme/app", "moved", "after")

	for _, m := range [][]byte{gone, shared} {
		h.want(h.do(ci, "DELETE", "/v2/acme/app/manifests/"+digestOf(m), nil), 202, "")
	}
	if did := h.collect(-time.Hour); did.Any() {
		t.Errorf("removed at once: %+v", did)
	}
	before := len(h.contents())
	did := h.collect(24 * time.Hour)
	// gone: manifest, config, layer; shared: its links here; loose: link and blob
	if did.Blobs != 4 || did.Links != 5 || did.Tags != 0 || did.Bytes == 0 || len(h.contents()) != before-4 {
		t.Errorf("removed: %+v, %d blobs of %d left", did, len(h.contents()), before)
	}
	for _, path := range []string{"/v2/acme/app/manifests/v1", "/v2/acme/app/manifests/all", "/v2/acme/deep/er/app/manifests/v1", "/v2/acme/app/manifests/moved",
		"/v2/acme/app/blobs/" + digestOf([]byte("layer kept")), "/v2/acme/deep/er/app/blobs/" + digestOf([]byte("layer shared")),
		"/v2/acme/app/blobs/" + digestOf([]byte("layer before"))} {
		h.want(h.do("", "GET", path, nil), 200, "")
	}
	for _, digest := range []string{digestOf([]byte("layer gone")), digestOf([]byte("layer shared")), loose} {
		h.want(h.do("", "GET", "/v2/acme/app/blobs/"+digest, nil), 404, "BLOB_UNKNOWN")
	}
	if did := h.collect(48 * time.Hour); did.Any() {
		t.Errorf("removed the second time: %+v", did)
	}
	h.push(ci, "acme/app", "v2", "gone") // again, as if it had never been
	h.want(h.do("", "GET", "/v2/acme/app/blobs/"+digestOf([]byte("layer gone")), nil), 200, "")
	check(t, filepath.WalkDir(filepath.Join(h.folder, "registry"), func(path string, d fs.DirEntry, err error) error {
		if strings.Contains(path, "swept") {
			t.Errorf("left: %s", path)
		}
		return err
	}))
}

func indexOf(manifests ...[]byte) []byte {
	var parts []string
	for _, m := range manifests {
		parts = append(parts, described(ociType, m))
	}
	return fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, indexType, strings.Join(parts, ","))
}

// What cannot be read may name anything: the repository's links stay, and so do the blobs.
func TestCollectKeepsWhatItCannotRead(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	m := h.push(ci, "acme/app", "v1", "one")
	check(t, os.WriteFile(h.blobFile(digestOf(m)), flipped(m, 40), 0o600))
	if did := h.collect(24 * time.Hour); did.Blobs != 0 || did.Links != 0 || did.Unreadable != 1 {
		t.Errorf("removed: %+v", did)
	}
	check(t, os.WriteFile(h.blobFile(digestOf(m)), m, 0o600))
	h.want(h.do("", "GET", "/v2/acme/app/blobs/"+digestOf([]byte("layer one")), nil), 200, "")

	other := t.TempDir() // a repository that somebody moved away, and left a link to
	repositories := filepath.Join(h.folder, "registry/docker/registry/v2/repositories/acme")
	check(t, os.Rename(filepath.Join(repositories, "app"), filepath.Join(other, "app")))
	check(t, os.Symlink(filepath.Join(other, "app"), filepath.Join(repositories, "app")))
	if did, err := h.engine.Collect(t.Context(), time.Now().Add(24*time.Hour)); err == nil || did.Any() {
		t.Errorf("with a link among the repositories: %+v, %v", did, err)
	}
}

// A tag of which a push was cut off before its second write is not listed, and goes.
func TestTornTag(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	h.push(ci, "acme/app", "v2", "two")
	h.push(ci, "acme/app", "v3", "three")
	tags := filepath.Join(h.folder, "registry/docker/registry/v2/repositories/acme/app/_manifests/tags")
	check(t, os.RemoveAll(filepath.Join(tags, "v2/current")))
	for query, want := range map[string]string{"": `["v1","v3"]`, "?n=1": `["v1"]`, "?n=2": `["v1","v3"]`, "?last=v1": `["v3"]`, "?n=0": `[]`, "?last=v3": `[]`} {
		a := h.want(h.do("", "GET", "/v2/acme/app/tags/list"+query, nil), 200, "")
		if !strings.Contains(a.body, `"tags":`+want) {
			t.Errorf("%s: %s", query, a.body)
		}
		if link := a.Header.Get("Link"); (link != "") != (query == "?n=1") {
			t.Errorf("%s: Link %q", query, link)
		}
	}
	if did := h.collect(-time.Hour); did.Any() {
		t.Errorf("removed at once: %+v", did)
	}
	if did := h.collect(24 * time.Hour); did.Tags != 1 || did.Blobs != 0 {
		t.Errorf("removed: %+v", did)
	}
	if _, err := os.Stat(filepath.Join(tags, "v2")); err == nil {
		t.Error("the tag is still there")
	}
	h.push(ci, "acme/app", "v2", "two")
}

// R41: collections without a pause, while layers are pushed, mounted, found there already and deleted, and manifests put
// only after some of them: no manifest that was acknowledged names a blob that is not there.
func TestHostileR41(t *testing.T) {
	passes := 2000
	if n, err := strconv.Atoi(os.Getenv("OCTROI_R41")); err == nil {
		passes = n
	} else if testing.Short() {
		passes = 300
	}
	h := open(t)
	ci := h.user("ci", everything("*"))
	var stop atomic.Bool
	var puts, blobs, links int64
	var workers sync.WaitGroup
	for worker := range 3 {
		workers.Go(func() {
			for n := 0; !stop.Load(); n++ {
				repository := fmt.Sprintf("acme/app%d", rand.IntN(2))
				note := fmt.Sprint(rand.IntN(12)) // the same ones again and again
				config, layer := []byte(`{"config":"`+note+`"}`), []byte("layer "+note)
				for _, content := range [][]byte{config, layer} {
					h.pushOnce(ci, repository, content)
				}
				time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
				m := manifestOf(config, layer, fmt.Sprintf(`,"annotations":{"n":"%d-%d"}`, worker, n))
				if a := h.put(ci, repository, fmt.Sprintf("t%d", worker), ociType, m); a.StatusCode != 201 {
					h.want(a, 404, "MANIFEST_BLOB_UNKNOWN") // this machine was slow, and the grace is short: it was not taken
					continue
				}
				for _, path := range []string{"manifests/" + digestOf(m), "blobs/" + digestOf(config), "blobs/" + digestOf(layer)} {
					h.want(h.do("", "GET", "/v2/"+repository+"/"+path, nil), 200, "")
				}
				h.want(h.do(ci, "DELETE", "/v2/"+repository+"/manifests/"+digestOf(m), nil), 202, "")
				atomic.AddInt64(&puts, 1)
			}
		})
	}
	for range passes {
		time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond)
		// Almost everything is old enough: what protects a push is what it holds, and its last touch.
		did, err := h.engine.Collect(t.Context(), time.Now())
		check(t, err)
		blobs, links = blobs+did.Blobs, links+did.Links
		if t.Failed() {
			break
		}
	}
	for end := time.Now().Add(30 * time.Second); blobs == 0 && time.Now().Before(end) && !t.Failed(); { // a short run ends before anything is old
		time.Sleep(50 * time.Millisecond)
		did, err := h.engine.Collect(t.Context(), time.Now())
		check(t, err)
		blobs, links = blobs+did.Blobs, links+did.Links
	}
	stop.Store(true)
	workers.Wait()
	t.Logf("%d passes, %d manifests put, %d blobs and %d links removed meanwhile", passes, puts, blobs, links)
	h.collect(24 * time.Hour)
	if left := h.contents(); len(left) > 0 {
		t.Errorf("space that does not come back: %q", left)
	}
}

// pushOnce pushes a blob as clients do: not if it is there, by a mount if the other repository has it.
func (h *house) pushOnce(auth, repository string, content []byte) {
	h.Helper()
	digest := digestOf(content)
	switch rand.IntN(3) {
	case 0:
		if h.do(auth, "HEAD", "/v2/"+repository+"/blobs/"+digest, nil).StatusCode == http.StatusOK {
			return
		}
	case 1:
		from := map[string]string{"acme/app0": "acme/app1", "acme/app1": "acme/app0"}[repository]
		if h.do(auth, "POST", "/v2/"+repository+"/blobs/uploads/?mount="+digest+"&from="+from, nil).StatusCode == http.StatusCreated {
			return
		}
	}
	h.blob(auth, repository, content)
}

// R42: uploads that were open when the service ended count when it is there again.
func TestOpenUploadsAreCountedAfterARestart(t *testing.T) {
	h := open(t, func(c *registry.Config) { c.Limits.Uploads = 3 })
	ci := h.user("ci", everything("*"))
	locations := []string{h.start(ci, "acme/app"), h.start(ci, "acme/app"), h.start(ci, "acme/else")}
	again := h.again()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		again.front.RemoveIdleUploadsUntil(ctx, func(err error) { t.Error(err) })
	}()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(10 * time.Second); ; {
		a := again.do(ci, "POST", "/v2/acme/app/blobs/uploads/", nil)
		if a.StatusCode == 429 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("they are not counted")
		}
		again.want(again.do(ci, "DELETE", a.Header.Get("Location"), nil), 204, "") // counting had not come to them yet
	}
	again.want(again.do(ci, "DELETE", locations[0], nil), 204, "")
	again.start(ci, "acme/app")
}

// What a push was told to be there stays for the time of grace, however old it is: it will be named by a manifest.
func TestCollectSparesWhatAPushReliesOn(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	asked, mounted, again, left := []byte("asked for"), []byte("mounted"), []byte("again"), []byte("left alone")
	for _, content := range [][]byte{asked, mounted, again, left} {
		h.blob(ci, "acme/app", content)
	}
	time.Sleep(2 * grace)
	before := time.Now()
	h.want(h.do(ci, "HEAD", "/v2/acme/app/blobs/"+digestOf(asked), nil), 200, "")
	h.want(h.do(ci, "POST", "/v2/acme/other/blobs/uploads/?mount="+digestOf(mounted)+"&from=acme/app", nil), 201, "")
	h.blob(ci, "acme/app", again)
	h.collect(time.Until(before)) // what was touched since is new, what was not is older than the grace
	for _, content := range [][]byte{asked, mounted, again} {
		h.want(h.do("", "HEAD", "/v2/acme/app/blobs/"+digestOf(content), nil), 200, "")
	}
	h.want(h.do("", "GET", "/v2/acme/other/blobs/"+digestOf(mounted), nil), 200, "")
	h.want(h.do("", "GET", "/v2/acme/app/blobs/"+digestOf(left), nil), 404, "BLOB_UNKNOWN")
}

// RL23: a tag that is moved while the manifest that it named is deleted, as a cleaner of old images does, leads to the new
// one, and a tag that is put while its own manifest is deleted leads to it or is not there.
func TestTagIsMovedWhileItsManifestIsDeleted(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	was, next := h.push(ci, "acme/app", "latest", "one"), h.image(ci, "acme/app", "two")
	for range 60 {
		var both sync.WaitGroup
		both.Go(func() { h.want(h.do(ci, "DELETE", "/v2/acme/app/manifests/"+digestOf(was), nil), 202, "") })
		both.Go(func() { h.want(h.put(ci, "acme/app", "latest", ociType, next), 201, "") })
		both.Wait()
		if a := h.want(h.do("", "GET", "/v2/acme/app/manifests/latest", nil), 200, ""); a.body != string(next) {
			t.Fatalf("latest is not what was put: %s", a.body)
		}
		both.Go(func() { h.do(ci, "DELETE", "/v2/acme/app/manifests/"+digestOf(next), nil) })
		both.Go(func() { h.want(h.put(ci, "acme/app", "also", ociType, next), 201, "") })
		both.Wait()
		_, tags := h.do("", "GET", "/v2/acme/app/manifests/also", nil), h.do("", "GET", "/v2/acme/app/tags/list", nil)
		if strings.Contains(tags.body, `"also"`) {
			h.want(h.do("", "GET", "/v2/acme/app/manifests/also", nil), 200, "")
		}
		h.want(h.put(ci, "acme/app", "latest", ociType, next), 201, "")
		was, next = next, was
	}
}

// A tag's notes of manifests that are gone go, and those of manifests that are there stay.
func TestCollectTagsHistory(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	gone, kept := h.push(ci, "acme/app", "latest", "one"), h.push(ci, "acme/app", "latest", "two")
	h.push(ci, "acme/app", "latest", "three")
	h.want(h.do(ci, "DELETE", "/v2/acme/app/manifests/"+digestOf(gone), nil), 202, "")
	if did := h.collect(-time.Hour); did.Any() {
		t.Errorf("removed at once: %+v", did)
	}
	if did := h.collect(24 * time.Hour); did.Links != 3 || did.Blobs != 3 { // two of them to its config and layer
		t.Errorf("removed: %+v", did)
	}
	notes := filepath.Join(h.folder, "registry/docker/registry/v2/repositories/acme/app/_manifests/tags/latest/index/sha256")
	for _, c := range []struct {
		manifest []byte
		want     bool
	}{{gone, false}, {kept, true}} {
		if _, err := os.Stat(filepath.Join(notes, strings.TrimPrefix(digestOf(c.manifest), "sha256:"))); (err == nil) != c.want {
			t.Errorf("%s: %v", c.manifest, err)
		}
	}
}

// From the answer on that a layer is there it stays for the whole time of grace, however old it was when it was asked for.
func TestCollectLeavesALayerForTheWholeGrace(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	layer := h.blob(ci, "acme/app", []byte("a layer"))
	time.Sleep(grace * 45 / 100) // not long enough ago to be made new
	asked := time.Now()
	h.want(h.do(ci, "HEAD", "/v2/acme/app/blobs/"+layer, nil), 200, "")
	h.collect(time.Until(asked.Add(grace * 95 / 100)))
	h.want(h.do(ci, "HEAD", "/v2/acme/app/blobs/"+layer, nil), 200, "")
}
