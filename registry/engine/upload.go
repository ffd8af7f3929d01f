package engine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
)

// Links is where Distribution's layout keeps repositories, within the root: what leads to their blobs.
const Links = "/docker/registry/v2/repositories"

// DropUpload removes an upload with all its bytes; one that is gone is no error. Distribution's own ways
// leave some behind: after a digest that did not match it keeps the bytes, and after a DELETE a file of
// hash state, which its purge then never finds. Nobody may be writing to the upload.
func (e *Engine) DropUpload(ctx context.Context, repository, upload string) error {
	err := e.driver.Delete(ctx, path.Join(Links, repository, "_uploads", upload))
	if gone := new(storagedriver.PathNotFoundError); err != nil && !errors.As(err, gone) {
		return fmt.Errorf("drop an upload: %w", err)
	}
	return nil
}

// Upload names an upload.
type Upload struct{ Repository, ID string }

// IdleUploads lists the uploads that nobody has written to since a time.
func (e *Engine) IdleUploads(ctx context.Context, since time.Time) ([]Upload, error) {
	var idle []Upload
	err := e.uploads(ctx, "", func(u Upload) error {
		last, err := e.touched(ctx, u)
		if err == nil && last.Before(since) {
			idle = append(idle, u)
		}
		return err
	})
	return idle, err
}

// uploads visits the uploads below a folder of repositories. Names that begin with an underscore are Distribution's
// own, and only one of them is of interest: the links of layers, which are most of a registry, are not looked at.
func (e *Engine) uploads(ctx context.Context, below string, visit func(Upload) error) error {
	entries, err := e.list(ctx, below)
	for _, entry := range entries {
		name := path.Base(entry)
		switch {
		case err != nil:
			return err
		case name == "_uploads":
			err = e.uploadsOf(ctx, below, visit)
		case !strings.HasPrefix(name, "_"):
			err = e.uploads(ctx, path.Join(below, name), visit)
		}
	}
	return err
}

func (e *Engine) uploadsOf(ctx context.Context, repository string, visit func(Upload) error) error {
	entries, err := e.list(ctx, path.Join(repository, "_uploads"))
	for _, entry := range entries {
		if err != nil {
			return err
		}
		err = visit(Upload{repository, path.Base(entry)})
	}
	return err
}

// list is what a folder of repositories has; nothing when it is gone, or a file.
func (e *Engine) list(ctx context.Context, below string) ([]string, error) {
	entries, err := e.driver.List(ctx, path.Join(Links, below))
	if gone := new(storagedriver.PathNotFoundError); errors.As(err, gone) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	return entries, nil
}

// touched is when an upload was last written to. One that is gone was touched just now.
func (e *Engine) touched(ctx context.Context, u Upload) (last time.Time, err error) {
	folder := path.Join(Links, u.Repository, "_uploads", u.ID)
	for _, name := range []string{"", "startedat", "data"} {
		info, err := e.driver.Stat(ctx, path.Join(folder, name))
		if gone := new(storagedriver.PathNotFoundError); errors.As(err, gone) {
			continue
		}
		if err != nil {
			return last, fmt.Errorf("look at an upload: %w", err)
		}
		if at := info.ModTime(); at.After(last) {
			last = at
		}
	}
	if last.IsZero() {
		return time.Now(), nil
	}
	return last, nil
}

// ownerFile is a file of ours beside those of an upload.
const ownerFile = "owner"

// NoteOwner keeps with an upload whose it is, in words of the caller's, for as long as it is open.
func (e *Engine) NoteOwner(u Upload, owner string) error {
	name := strings.TrimPrefix(path.Join(Links, u.Repository, "_uploads", u.ID, ownerFile), "/")
	if err := e.root.WriteFile(name, []byte(owner), 0o600); err != nil {
		return fmt.Errorf("note whose an upload is: %w", err)
	}
	return nil
}

// Owners tells whose the open uploads are. Those that nothing was noted of are left out.
func (e *Engine) Owners(ctx context.Context, visit func(u Upload, owner string)) error {
	return e.uploads(ctx, "", func(u Upload) error {
		text, err := e.root.ReadFile(strings.TrimPrefix(path.Join(Links, u.Repository, "_uploads", u.ID, ownerFile), "/"))
		if err == nil {
			visit(u, string(text))
		}
		return ctx.Err()
	})
}
