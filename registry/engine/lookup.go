package engine

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/distribution/distribution/v3"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/distribution/reference"
	"github.com/opencontainers/go-digest"
)

// ErrUnknown reports a tag, blob or manifest that the repository does not have.
var ErrUnknown = errors.New("unknown in this repository")

// Tag is the digest that a tag of a repository names, or ErrUnknown.
func (e *Engine) Tag(ctx context.Context, repository, tag string) (string, error) {
	repo, err := e.repository(ctx, repository)
	if err != nil {
		return "", err
	}
	descriptor, err := repo.Tags(ctx).Get(ctx, tag)
	if unknown := new(distribution.ErrTagUnknown); errors.As(err, unknown) {
		return "", ErrUnknown
	}
	if err != nil {
		return "", fmt.Errorf("look up a tag: %w", err)
	}
	return string(descriptor.Digest), nil
}

// CountTags is how many tags a repository has. ErrUnknown: it has nothing yet.
func (e *Engine) CountTags(ctx context.Context, repository string) (int, error) {
	entries, err := e.driver.List(ctx, path.Join(Links, repository, "_manifests", "tags"))
	if gone := new(storagedriver.PathNotFoundError); errors.As(err, gone) {
		return 0, ErrUnknown
	}
	if err != nil {
		return 0, fmt.Errorf("count tags: %w", err)
	}
	return len(entries), nil
}

// BlobSize is the size of a blob that is linked in the repository, or ErrUnknown.
func (e *Engine) BlobSize(ctx context.Context, repository, blob string) (int64, error) {
	repo, err := e.repository(ctx, repository)
	if err != nil {
		return 0, err
	}
	descriptor, err := repo.Blobs(ctx).Stat(ctx, digest.Digest(blob))
	return descriptor.Size, lookupError("blob", err)
}

// ManifestSize is the size of a manifest that is in the repository, or ErrUnknown. The repository is asked
// first: the size of a manifest of another one would be an answer to whether that has it.
func (e *Engine) ManifestSize(ctx context.Context, repository, manifest string) (int64, error) {
	repo, err := e.repository(ctx, repository)
	if err != nil {
		return 0, err
	}
	manifests, err := repo.Manifests(ctx)
	if err != nil {
		return 0, lookupError("manifest", err)
	}
	known, err := manifests.Exists(ctx, digest.Digest(manifest))
	if err != nil {
		return 0, lookupError("manifest", err)
	}
	if !known {
		return 0, ErrUnknown
	}
	descriptor, err := e.namespace.BlobStatter().Stat(ctx, digest.Digest(manifest))
	return descriptor.Size, lookupError("manifest", err)
}

func (e *Engine) repository(ctx context.Context, name string) (distribution.Repository, error) {
	named, err := reference.WithName(name)
	if err != nil {
		return nil, fmt.Errorf("look up a repository: %w", err)
	}
	repo, err := e.namespace.Repository(ctx, named)
	if err != nil {
		return nil, fmt.Errorf("look up a repository: %w", err)
	}
	return repo, nil
}

func lookupError(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, distribution.ErrBlobUnknown):
		return ErrUnknown
	}
	return fmt.Errorf("look up a %s: %w", what, err)
}
