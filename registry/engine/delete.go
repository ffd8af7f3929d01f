package engine

import (
	"context"
	"errors"
	"fmt"
	"path"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/opencontainers/go-digest"
)

// DeleteManifest removes a manifest from a repository, with the tags that name it; nobody may move one meanwhile. The
// tags go first: Distribution's handler removes them last, and when it is cut off before they are listed and lead
// nowhere. Errors: ErrUnknown, ErrDisk.
func (e *Engine) DeleteManifest(ctx context.Context, repository, manifest string) error {
	met := new(trouble)
	err := e.deleteManifest(context.WithValue(ctx, troubleKey{}, met), repository, digest.Digest(manifest))
	switch {
	case err == nil, errors.Is(err, ErrUnknown):
		return err
	case met.noted() != nil:
		return fmt.Errorf("delete a manifest: %w: %w", ErrDisk, err)
	}
	return fmt.Errorf("delete a manifest: %w", err)
}

func (e *Engine) deleteManifest(ctx context.Context, repository string, manifest digest.Digest) error {
	repo, err := e.repository(ctx, repository)
	if err != nil {
		return err
	}
	manifests, err := repo.Manifests(ctx)
	if err != nil {
		return err
	}
	known, err := manifests.Exists(ctx, manifest)
	if err != nil {
		return err
	}
	if !known {
		return ErrUnknown
	}
	if err := e.untag(ctx, repository, manifest.Encoded()); err != nil {
		return err
	}
	return lookupError("manifest", manifests.Delete(ctx, manifest))
}

// untag removes the tags that name a manifest. One of which a push was cut off, or that names nothing, is none of them.
func (e *Engine) untag(ctx context.Context, repository, digits string) error {
	all, err := e.folder(path.Join(Links, repository, "_manifests/tags"))
	if err != nil {
		return e.driver.judge(ctx, err)
	}
	for _, tag := range all {
		var gone storagedriver.PathNotFoundError
		text, err := e.driver.GetContent(ctx, path.Join(tagFolder(repository, tag), "current/link"))
		if named, _ := digitsOf(string(text)); err == nil && named == digits {
			err = e.driver.Delete(ctx, tagFolder(repository, tag))
		}
		if err != nil && !errors.As(err, &gone) {
			return err
		}
	}
	return nil
}
