package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"

	"github.com/distribution/distribution/v3"
	"github.com/opencontainers/go-digest"
)

// Manifest is a manifest as it was pushed.
type Manifest struct {
	MediaType, Digest string
	Content           []byte
}

// Manifest is the manifest of a digest in the repository, or ErrUnknown, or a *DamagedError. Like ServeBlob it goes to the
// storage directly: Distribution's handler for it routes by regular expressions, makes an event that
// nobody receives and converts, which together cost more than reading.
func (e *Engine) Manifest(ctx context.Context, repository, reference string) (Manifest, error) {
	repo, err := e.repository(ctx, repository)
	if err != nil {
		return Manifest{}, err
	}
	manifests, err := repo.Manifests(ctx)
	if err != nil {
		return Manifest{}, lookupError("manifest", err)
	}
	found, err := manifests.Get(ctx, digest.Digest(reference))
	if unknown := new(distribution.ErrManifestUnknownRevision); errors.As(err, unknown) {
		return Manifest{}, ErrUnknown
	}
	var m Manifest
	if err == nil {
		m.Digest = reference
		m.MediaType, m.Content, err = found.Payload()
	}
	if err != nil {
		return Manifest{}, e.unreadable(ctx, reference, err)
	}
	if digest.FromBytes(m.Content) != digest.Digest(reference) {
		return Manifest{}, e.damaged(KindManifest, reference)
	}
	return m, nil
}

// unreadable is why a manifest cannot be read: mostly because it is not the one that it was.
func (e *Engine) unreadable(ctx context.Context, reference string, cause error) error {
	content, err := e.driver.GetContent(ctx, dataPath(digest.Digest(reference)))
	if err == nil && digest.FromBytes(content) != digest.Digest(reference) {
		return e.damaged(KindManifest, reference)
	}
	return fmt.Errorf("read a manifest: %w", cause)
}

// ServeBlob answers r, a GET or HEAD whose conditions and range are honoured, with a blob that is linked in
// the repository, or returns ErrUnknown or a *DamagedError. Other errors are those of Serve.
//
// What is not what the digest says does not become a whole answer: it is hashed while it is sent, and its end is held
// back. A range has no hash. It is sent as it is, and the whole blob is looked at behind it.
func (e *Engine) ServeBlob(w http.ResponseWriter, r *http.Request, repository, blob string) error {
	repo, err := e.repository(r.Context(), repository)
	if err != nil {
		return err
	}
	linked, err := repo.Blobs(r.Context()).Stat(r.Context(), digest.Digest(blob))
	if err != nil {
		return lookupError("blob", err)
	}
	if linked.Digest != digest.Digest(blob) {
		return e.damaged(KindLink, blob)
	}
	file, err := e.file(linked.Digest)
	if err != nil {
		return lookupError("blob", err)
	}
	defer file.Close()
	h := w.Header()
	h["Docker-Content-Digest"], h["Etag"] = []string{blob}, []string{`"` + blob + `"`}
	h["Cache-Control"], h["Content-Type"] = forAYear, octets
	return e.send(w, r, file, linked.Digest)
}

// Headers of a blob, as Distribution has them: what a digest names never changes.
var (
	forAYear = []string{"max-age=31536000"}
	octets   = []string{"application/octet-stream"}
)

// file is the file of a blob, or ErrBlobUnknown. Distribution's own reader makes a buffer of 4 MiB for each blob that it
// serves; a file the system can send by itself.
func (e *Engine) file(blob digest.Digest) (*os.File, error) {
	file, err := e.openPlain(dataPath(blob))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, distribution.ErrBlobUnknown
	case err != nil:
		e.damaged(KindBlob, string(blob))
	}
	return file, err
}

// Blobs is where Distribution's layout keeps the content of blobs, within the root.
const Blobs = "/docker/registry/v2/blobs"

func dataPath(blob digest.Digest) string {
	name := blob.Encoded()
	return path.Join(Blobs, string(blob.Algorithm()), name[:2], name, "data")
}
