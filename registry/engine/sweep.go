package engine

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
)

// swept is the folder that everything goes to before it is removed. To move a folder is one step, to whoever looks and
// to a crash; to remove it takes many.
const swept = "swept"

// sweep moves a folder away, with all that is in it, unless somebody holds it or it is not old enough: neither it nor
// its file. It tells how many it moved.
func (c *collection) sweep(folder, file string) (n int64, err error) {
	e := c.engine
	err = e.pins.unlessHeld(folder, func() error {
		for _, name := range []string{folder, path.Join(folder, file)} {
			at, err := e.changed(name)
			if err != nil {
				return err
			}
			if !at.Before(c.before) {
				return nil
			}
		}
		if err := e.root.Mkdir(swept, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		err := e.root.Rename(strings.TrimPrefix(folder, "/"), path.Join(swept, rand.Text()))
		if errors.Is(err, fs.ErrNotExist) {
			return nil // somebody removed it
		}
		if err == nil {
			n = 1
		}
		return err
	})
	return n, err
}

// changed is when a file or folder was changed last; the beginning of time when it is not there.
func (e *Engine) changed(name string) (time.Time, error) {
	info, err := e.root.Lstat(strings.TrimPrefix(name, "/"))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func (e *Engine) there(name string) bool {
	_, err := e.root.Lstat(strings.TrimPrefix(name, "/"))
	return err == nil
}

func (e *Engine) size(name string) int64 {
	info, err := e.root.Lstat(strings.TrimPrefix(name, "/"))
	if err != nil {
		return 0
	}
	return info.Size()
}

// emptySwept removes what was swept, also by a pass that was cut off.
func (e *Engine) emptySwept() error {
	err := e.root.RemoveAll(swept)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// manifests reads every manifest of a repository: the blobs that they name, and whether all of them could be read. What
// one that cannot be read names is not known.
func (c *collection) manifests(repository string) (named map[string]bool, whole bool, err error) {
	named, whole = map[string]bool{}, true
	all, err := c.engine.folder(path.Join(Links, repository, "_manifests/revisions/sha256"))
	for _, digits := range all {
		folder := revisionFolder(repository, digits)
		if !c.engine.there(path.Join(folder, "link")) {
			if _, err := c.sweep(folder, "link"); err != nil { // deleted, or never finished
				return nil, false, err
			}
			continue
		}
		c.live[digits], c.live[c.engine.target(folder)] = true, true
		text, err := c.engine.root.ReadFile(strings.TrimPrefix(path.Join(blobFolder(digits), "data"), "/"))
		var parts []string
		if err == nil && digest.FromBytes(text).Encoded() == digits {
			parts, err = manifestParts(text)
		} else if err == nil {
			err = fs.ErrInvalid
		}
		if err != nil && c.engine.there(path.Join(folder, "link")) {
			whole = false
			c.did.Unreadable++
		}
		for _, part := range parts {
			named[part] = true
		}
	}
	return named, whole, err
}
