package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Collected is what a collection removed.
type Collected struct {
	Blobs, Bytes int64
	Links        int64 // to blobs that no manifest of their repository names, and notes of what a tag was before that is gone
	Tags         int64 // that were never finished
	Unreadable   int64 // manifests: of their repositories no link is removed
}

// Any reports whether there was anything.
func (c Collected) Any() bool { return c != Collected{} }

// collection is one pass over everything.
//
// It may run while the registry serves. What goes by is never decided by what it has seen alone, since it sees one
// folder after the other: whatever is removed has also been left alone for the time of grace before the pass began,
// and is held by no request at the moment of its removal. Every request that makes a link, or relies on one, holds it
// (Hold), and makes it new when it ends.
//
// Distribution's own MarkAndSweep has neither grace nor locks: it is for a registry that nobody writes to.
type collection struct {
	engine *Engine
	before time.Time // what was touched later stays
	live   map[string]bool
	did    Collected
}

// slack is what a pass adds to the time of grace: what a request relies on is not made new when it was half of that ago.
func (e *Engine) slack() time.Duration { return e.grace / 2 }

// Collect removes the blobs that nothing leads to, with the links that lead to blobs which no manifest of their
// repository names any more, tags that were never finished, notes of manifests that a tag has had and that are gone, and
// what was left of requests that were cut off: all of it older than the time of grace. Manifests stay until they are
// deleted. It is for one caller at a time.
func (e *Engine) Collect(ctx context.Context, now time.Time) (Collected, error) {
	c := &collection{engine: e, before: now.Add(-e.grace - e.slack()), live: map[string]bool{}}
	if err := e.emptySwept(); err != nil {
		return c.did, err
	}
	if err := e.repositories(ctx, "", c.repository); err != nil {
		return c.did, fmt.Errorf("collecting: %w", err) // what is not known to be dead is not removed
	}
	if err := c.blobs(ctx); err != nil {
		return c.did, fmt.Errorf("collecting: %w", err)
	}
	return c.did, e.emptySwept()
}

// repositories visits every repository below a folder. A link among the folders is an error: what it hides cannot be
// seen.
func (e *Engine) repositories(ctx context.Context, below string, visit func(repository string) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := e.folder(path.Join(Links, below))
	if err != nil {
		return err
	}
	ours := false
	for _, entry := range entries {
		if strings.HasPrefix(entry, "_") {
			ours = true
			continue
		}
		if err := e.repositories(ctx, path.Join(below, entry), visit); err != nil {
			return err
		}
	}
	if ours {
		return visit(below)
	}
	return nil
}

// folder lists the folders in a folder; none where it is not there.
func (e *Engine) folder(name string) ([]string, error) {
	entries, err := fs.ReadDir(e.root.FS(), strings.TrimPrefix(name, "/"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, entry := range entries {
		switch {
		case entry.IsDir():
			names = append(names, entry.Name())
		case !entry.Type().IsRegular():
			return nil, fmt.Errorf("%w: %s", ErrPlanted, path.Join(name, entry.Name()))
		}
	}
	return names, err
}

func (c *collection) repository(repository string) error {
	named, whole, err := c.manifests(repository)
	if err != nil {
		return err
	}
	if err := c.layers(repository, named, whole); err != nil {
		return err
	}
	return c.tags(repository)
}

// layers looks at the links to blobs. A repository with a manifest that cannot be read keeps all of them.
func (c *collection) layers(repository string, named map[string]bool, whole bool) error {
	folder := path.Join(Links, repository, "_layers")
	algorithms, err := c.engine.folder(folder)
	if err != nil {
		return err
	}
	for _, algorithm := range algorithms {
		all, err := c.engine.folder(path.Join(folder, algorithm))
		if err != nil {
			return err
		}
		for _, digits := range all {
			link := path.Join(folder, algorithm, digits)
			target := c.engine.target(link)
			if algorithm == "sha256" && !named[digits] && (whole || target == "") {
				n, err := c.sweep(link, "link")
				if err != nil {
					return err
				}
				if c.did.Links += n; n > 0 {
					continue
				}
			}
			c.live[digits], c.live[target] = true, true
		}
	}
	return nil
}

// target is what the link in a folder leads to; empty when there is none, or none that can be read.
func (e *Engine) target(folder string) string {
	text, err := e.root.ReadFile(strings.TrimPrefix(path.Join(folder, "link"), "/"))
	if err != nil {
		return ""
	}
	digits, _ := digitsOf(string(text))
	return digits
}

// tags removes those of pushes that were cut off between the two writes of a tag.
func (c *collection) tags(repository string) error {
	all, err := c.engine.folder(path.Join(Links, repository, "_manifests/tags"))
	for _, tag := range all {
		folder := tagFolder(repository, tag)
		if c.engine.there(path.Join(folder, "current/link")) {
			if err := c.history(repository, tag); err != nil {
				return err
			}
			continue
		}
		n, err := c.sweep(folder, "current/link")
		if err != nil {
			return err
		}
		c.did.Tags += n
	}
	return err
}

// history removes the notes that a tag has had a manifest which is not in the repository any more.
func (c *collection) history(repository, tag string) error {
	all, err := c.engine.folder(path.Join(tagFolder(repository, tag), "index/sha256"))
	for _, digits := range all {
		if c.engine.there(path.Join(revisionFolder(repository, digits), "link")) {
			continue
		}
		n, err := c.sweep(hadFolder(repository, tag, digits), "link")
		if err != nil {
			return err
		}
		c.did.Links += n
	}
	return err
}

// blobs removes those that no link leads to.
func (c *collection) blobs(ctx context.Context) error {
	parts, err := c.engine.folder(path.Join(Blobs, "sha256"))
	if err != nil {
		return err
	}
	for _, part := range parts {
		all, err := c.engine.folder(path.Join(Blobs, "sha256", part))
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		for _, digits := range all {
			if c.live[digits] {
				continue
			}
			folder := path.Join(Blobs, "sha256", part, digits)
			size := c.engine.size(path.Join(folder, "data"))
			n, err := c.sweep(folder, "data")
			if err != nil {
				return err
			}
			if c.did.Blobs += n; n > 0 {
				c.did.Bytes += size
			}
		}
	}
	return nil
}
