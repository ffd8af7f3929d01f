package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Tags lists at most n tags of a repository in their order, those after a tag, and whether there are more. ErrUnknown:
// the repository has nothing yet.
//
// A tag is two files. One of which a push was cut off before the second is none: it was never acknowledged.
func (e *Engine) Tags(_ context.Context, repository, after string, n int) (tags []string, more bool, err error) {
	folder := strings.TrimPrefix(path.Join(Links, repository, "_manifests/tags"), "/")
	entries, err := fs.ReadDir(e.root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, ErrUnknown
	}
	if err != nil {
		return nil, false, fmt.Errorf("list tags: %w", err)
	}
	all := make([]string, 0, len(entries))
	for _, entry := range entries {
		if entry.Name() > after {
			all = append(all, entry.Name())
		}
	}
	slices.Sort(all)
	tags = []string{}
	for _, tag := range all {
		if !e.there(path.Join(folder, tag, "current/link")) {
			continue
		}
		if len(tags) == n {
			return tags, true, nil
		}
		tags = append(tags, tag)
	}
	return tags, false, nil
}
