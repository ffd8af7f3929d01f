package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/distribution/distribution/v3"
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
	a := answer{ResponseWriter: w}
	err = repo.Blobs(r.Context()).ServeBlob(r.Context(), &a, r, digest.Digest(blob))
	if err != nil {
		return lookupError("blob", err)
	}
	return a.end()
}
