package sequence_test

import (
	"crypto/sha256"
	"fmt"

	"pgregory.net/rapid"
)

const manifestType = "application/vnd.oci.image.manifest.v1+json"

func digestOf(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

func blobOf(n int) []byte { return fmt.Appendf(nil, "content %d", n) }

// parts are the two blobs of an image.
func parts(n int) (config, layer []byte) { return blobOf(n), blobOf((n + 1) % 3) }

// imageOf is a manifest of two blobs.
func imageOf(n int) []byte {
	config, layer := parts(n)
	return fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":%q,"size":%d},`+
		`"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":%q,"size":%d}]}`, manifestType, digestOf(config), len(config), digestOf(layer), len(layer))
}

// PushBlob uploads a blob in one piece, or takes it from another repository, which nobody is told who may not pull it there.
func (m *machine) PushBlob(t *rapid.T) {
	l, repository, n := m.someLogin(t), drawn(t, repositoryNames, "repository"), rapid.IntRange(0, 2).Draw(t, "blob")
	digest, path, mounted := digestOf(blobOf(n)), m.path(repository, "blobs/uploads/"), false
	refused := m.enter(l, "push", repository, true, "InitiateLayerUpload")
	if rapid.IntRange(0, 2).Draw(t, "mount") == 0 {
		from := drawn(t, repositoryNames, "from")
		path += "?mount=" + digest + "&from=" + m.Alias + "/" + from
		source := m.state.Repositories[from]
		mounted = source != nil && source.Blobs[digest] && m.gate(l, "pull", "GetDownloadUrlForLayer", from) == 0
	}
	a := m.registry(t, l, "POST", path, nil)
	if mounted {
		if m.expect(t, a, refused, 201, "mounting "+path) {
			m.state.Repositories[repository].Blobs[digest] = true
		}
		return
	}
	if !m.expect(t, a, refused, 202, "an upload to "+path) {
		return
	}
	refused = m.enter(l, "push", repository, false, "CompleteLayerUpload", "UploadLayerPart")
	a = m.registry(t, l, "PUT", a.header.Get("Location")+"&digest="+digest, blobOf(n))
	if m.expect(t, a, refused, 201, "a blob of "+repository) {
		m.state.Repositories[repository].Blobs[digest] = true
	}
}

// PushImage puts a manifest under a tag or under its digest.
func (m *machine) PushImage(t *rapid.T) {
	l, repository, n := m.someLogin(t), drawn(t, repositoryNames, "repository"), rapid.IntRange(0, 2).Draw(t, "image")
	image := imageOf(n)
	digest, reference := digestOf(image), drawn(t, []string{"v1", "v2", ""}, "tag")
	tag := reference
	if tag == "" {
		reference = digest
	}
	refused := m.enter(l, "push", repository, true, "PutImage")
	status := 201
	if r := m.state.Repositories[repository]; r != nil && refused == 0 {
		config, layer := parts(n)
		if !r.Blobs[digestOf(config)] || !r.Blobs[digestOf(layer)] {
			status = 404
		}
		c, _ := m.holder(l)
		if now, there := r.Tags[tag]; there && now != digest && m.state.decide(c, "ecr-public:OverwriteImageTag", m.arn("repository/"+repository)).denied {
			status = 403
		}
	}
	a := m.registry(t, l, "PUT", m.path(repository, "manifests/"+reference), image, "Content-Type", manifestType)
	if m.expect(t, a, refused, status, "a manifest of "+repository) {
		r := m.state.Repositories[repository]
		r.Manifests[digest] = true
		if tag != "" {
			r.Tags[tag] = digest
		}
	}
}

// reference draws a tag or a digest, and what it leads to.
func (m *machine) reference(t *rapid.T, repository string) (reference, tag, digest string, there bool) {
	r := m.state.Repositories[repository]
	if tag = drawn(t, []string{"v1", "v2", ""}, "tag"); tag != "" {
		if r != nil {
			digest, there = r.Tags[tag], r.Tags[tag] != ""
		}
		return tag, tag, digest, there
	}
	digest = digestOf(imageOf(rapid.IntRange(0, 2).Draw(t, "image")))
	return digest, "", digest, r != nil && r.Manifests[digest]
}

func (m *machine) PullImage(t *rapid.T) {
	l, repository := m.someLogin(t), drawn(t, repositoryNames, "repository")
	reference, _, digest, there := m.reference(t, repository)
	refused := m.enter(l, "pull", repository, false, "BatchGetImage")
	a := m.registry(t, l, "GET", m.path(repository, "manifests/"+reference), nil)
	if m.expect(t, a, refused, map[bool]int{true: 200, false: 404}[there], "pulling "+repository+":"+reference) && digestOf([]byte(a.body)) != digest {
		t.Fatalf("%s:%s is another image", repository, reference)
	}
}

func (m *machine) PullBlob(t *rapid.T) {
	l, repository, n := m.someLogin(t), drawn(t, repositoryNames, "repository"), rapid.IntRange(0, 2).Draw(t, "blob")
	digest := digestOf(blobOf(n))
	refused := m.enter(l, "pull", repository, false, "GetDownloadUrlForLayer")
	r := m.state.Repositories[repository]
	a := m.registry(t, l, "GET", m.path(repository, "blobs/"+digest), nil)
	if m.expect(t, a, refused, map[bool]int{true: 200, false: 404}[r != nil && r.Blobs[digest]], "a blob of "+repository) && a.body != string(blobOf(n)) {
		t.Fatalf("other bytes: %q", a.body)
	}
}

// DeleteImage removes a tag, or a manifest with all its tags.
func (m *machine) DeleteImage(t *rapid.T) {
	l, repository := m.someLogin(t), drawn(t, repositoryNames, "repository")
	reference, tag, digest, there := m.reference(t, repository)
	refused := m.enter(l, "delete", repository, false, "BatchDeleteImage")
	a := m.registry(t, l, "DELETE", m.path(repository, "manifests/"+reference), nil)
	if !m.expect(t, a, refused, map[bool]int{true: 202, false: 404}[there], "deleting "+repository+":"+reference) {
		return
	}
	r := m.state.Repositories[repository]
	delete(r.Tags, tag)
	if tag != "" {
		return
	}
	delete(r.Manifests, digest)
	for name, of := range r.Tags {
		if of == digest {
			delete(r.Tags, name)
		}
	}
}

func (m *machine) DeleteBlob(t *rapid.T) {
	l, repository, n := m.someLogin(t), drawn(t, repositoryNames, "repository"), rapid.IntRange(0, 2).Draw(t, "blob")
	digest := digestOf(blobOf(n))
	refused := m.enter(l, "delete", repository, false, "BatchDeleteImage")
	r := m.state.Repositories[repository]
	a := m.registry(t, l, "DELETE", m.path(repository, "blobs/"+digest), nil)
	if m.expect(t, a, refused, map[bool]int{true: 202, false: 404}[r != nil && r.Blobs[digest]], "deleting a blob of "+repository) {
		delete(r.Blobs, digest)
	}
}
