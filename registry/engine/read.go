package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"time"

	"github.com/distribution/distribution/v3"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/opencontainers/go-digest"
)

// Manifest is a manifest as it was pushed.
type Manifest struct {
	MediaType, Digest string
	Content           []byte
}

// Manifest is the manifest of a digest in the repository, or ErrUnknown. Like ServeBlob it goes to the
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
	if err != nil {
		return Manifest{}, fmt.Errorf("read a manifest: %w", err)
	}
	mediaType, content, err := found.Payload()
	if err != nil {
		return Manifest{}, fmt.Errorf("read a manifest: %w", err)
	}
	return Manifest{mediaType, reference, content}, nil
}

// ServeBlob answers r, a GET or HEAD whose conditions and range are honoured, with a blob that is linked in
// the repository, or returns ErrUnknown. Errors are those of Serve.
func (e *Engine) ServeBlob(w http.ResponseWriter, r *http.Request, repository, blob string) error {
	repo, err := e.repository(r.Context(), repository)
	if err != nil {
		return err
	}
	blobs := repo.Blobs(r.Context())
	linked, err := blobs.Stat(r.Context(), digest.Digest(blob))
	if err != nil {
		return lookupError("blob", err)
	}
	file, err := e.file(r.Context(), linked.Digest)
	if err != nil {
		return lookupError("blob", err)
	}
	a := answer{ResponseWriter: w}
	if file == nil {
		if err := blobs.ServeBlob(r.Context(), &a, r, linked.Digest); err != nil {
			return lookupError("blob", err)
		}
		return a.end()
	}
	defer file.Close()
	h, name := w.Header(), string(linked.Digest)
	h["Docker-Content-Digest"], h["Etag"] = []string{name}, []string{`"` + name + `"`}
	h["Cache-Control"], h["Content-Type"] = forAYear, octets
	http.ServeContent(&a, r, "", time.Time{}, file)
	return a.end()
}

// Headers of a blob, as Distribution has them: what a digest names never changes.
var (
	forAYear = []string{"max-age=31536000"}
	octets   = []string{"application/octet-stream"}
)

// file is the file of a blob, nil where the storage has no files. Distribution's own reader makes a buffer of
// 4 MiB for each blob that it serves; a file the system can send by itself.
func (e *Engine) file(ctx context.Context, blob digest.Digest) (*os.File, error) {
	name := blob.Encoded()
	content, err := e.driver.Reader(ctx, path.Join(Blobs, string(blob.Algorithm()), name[:2], name, "data"), 0)
	if gone := new(storagedriver.PathNotFoundError); errors.As(err, gone) {
		return nil, distribution.ErrBlobUnknown
	}
	if err != nil {
		return nil, err
	}
	file, ok := content.(*os.File)
	if !ok {
		return nil, content.Close()
	}
	return file, nil
}

// Blobs is where Distribution's layout keeps the content of blobs, within the root.
const Blobs = "/docker/registry/v2/blobs"
