package engine

import (
	"context"
	"errors"
	"fmt"
	"path"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
)

// repositories is where Distribution's layout keeps them, within the root.
const repositories = "/docker/registry/v2/repositories"

// DropUpload removes an upload with all its bytes; one that is gone is no error. Distribution's own ways
// leave some behind: after a digest that did not match it keeps the bytes, and after a DELETE a file of
// hash state, which its purge then never finds. Nobody may be writing to the upload.
func (e *Engine) DropUpload(ctx context.Context, repository, upload string) error {
	err := e.driver.Delete(ctx, path.Join(repositories, repository, "_uploads", upload))
	if gone := new(storagedriver.PathNotFoundError); err != nil && !errors.As(err, gone) {
		return fmt.Errorf("drop an upload: %w", err)
	}
	return nil
}
