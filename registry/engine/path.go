package engine

import (
	"path"

	"github.com/opencontainers/go-digest"
)

// Folders of Distribution's layout, within the root. Each holds one link or one blob, and is made and removed with it.
func layerFolder(repository, digits string) string {
	return path.Join(Links, repository, "_layers/sha256", digits)
}

func revisionFolder(repository, digits string) string {
	return path.Join(Links, repository, "_manifests/revisions/sha256", digits)
}

func tagFolder(repository, tag string) string {
	return path.Join(Links, repository, "_manifests/tags", tag)
}

// hadFolder is for the note that a tag names or named a manifest.
func hadFolder(repository, tag, digits string) string {
	return path.Join(tagFolder(repository, tag), "index/sha256", digits)
}

func blobFolder(digits string) string { return path.Join(Blobs, "sha256", digits[:2], digits) }

// digitsOf are the digits of a digest, if it is one of those that the engine keeps.
func digitsOf(text string) (digits string, ok bool) {
	d, err := digest.Parse(text)
	if err != nil || d.Algorithm() != digest.SHA256 {
		return "", false
	}
	return d.Encoded(), true
}
