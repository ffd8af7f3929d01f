package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// manifests are the digests of those that are linked in a repository.
func (e *estate) manifests(repository string) (all []string, err error) {
	links, err := filepath.Glob(e.node.registryFolder("docker/registry/v2/repositories", repository, "_manifests/revisions/sha256/*/link"))
	for _, link := range links {
		all = append(all, "sha256:"+filepath.Base(filepath.Dir(link)))
	}
	return all, err
}

// leftovers are what is on disk and nothing leads to.
type leftovers struct {
	bytes int64 // of blobs
	names []string
}

func (l leftovers) first() string {
	if len(l.names) == 0 {
		return ""
	}
	return l.names[0]
}

// quiet waits until nothing is left over, and no longer than a collection may need.
func (e *estate) quiet(ctx context.Context) (left leftovers, kept string, err error) {
	for end := time.Now().Add(2*shortestAge + 5*time.Second); ; {
		left, kept, err = e.leftovers()
		if err != nil || len(left.names) == 0 || time.Now().After(end) {
			return left, kept, errors.Join(err, ctx.Err())
		}
		e.wait(ctx, time.Second/2)
	}
}

// Forms of what is in the registry's folder, within it.
var (
	blobData = regexp.MustCompile(`^docker/registry/v2/blobs/sha256/../([0-9a-f]{64})/data$`)
	linkFile = regexp.MustCompile(`^docker/registry/v2/repositories/(.*)/(_layers|_manifests/revisions|_manifests/tags/[^/]+/index)/sha256/([0-9a-f]{64})/link$`)
	tagFile  = regexp.MustCompile(`^docker/registry/v2/repositories/(.*)/_manifests/tags/[^/]+/current/link$`)
)

// inventory is a look at all that is on disk, by what the manifests lead to.
type inventory struct {
	named, manifests map[string]bool // see reachable
	kept             struct{ blobs, bytes int64 }
	left             leftovers
}

// leftovers goes through the folder. The manifests that are linked lead to everything else; of folders those count that
// are made for one file and have none.
func (e *estate) leftovers() (left leftovers, kept string, err error) {
	var i inventory
	if i.named, i.manifests, err = e.reachable(); err != nil {
		return left, "", err
	}
	root := e.node.registryFolder()
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = i.take(path, strings.TrimPrefix(path, root+"/"), d)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed while it was looked at
		}
		return err
	})
	slices.Sort(i.left.names)
	return i.left, fmt.Sprintf("%d blobs of %.1f MiB", i.kept.blobs, float64(i.kept.bytes)/(1<<20)), err
}

// take takes one file or folder into account.
func (i *inventory) take(path, name string, d fs.DirEntry) error {
	if d.IsDir() {
		entries, err := os.ReadDir(path)
		if err == nil && len(entries) == 0 && len(d.Name()) == 64 { // named after a digest
			i.left.names = append(i.left.names, name+" (empty)")
		}
		return err
	}
	info, err := d.Info()
	if err != nil {
		return err
	}
	blob := blobData.FindStringSubmatch(name)
	switch {
	case blob != nil && i.named[blob[1]]:
		i.kept.blobs++
		i.kept.bytes += info.Size()
	case blob == nil && i.leads(name):
	default:
		i.left.bytes += info.Size()
		i.left.names = append(i.left.names, name)
	}
	return nil
}

// leads reports whether a file is a link to something that is there, and needed. What tags lead to is pulled, too.
func (i *inventory) leads(name string) bool {
	link := linkFile.FindStringSubmatch(name)
	switch {
	case link == nil:
		return tagFile.MatchString(name)
	case link[2] == "_layers":
		return i.named[link[1]+"@"+link[3]]
	default:
		return i.manifests[link[1]+"@"+link[3]]
	}
}

// reachable is what the manifests lead to that are linked: blobs by their digits, alone and with their repository, and
// the manifests with theirs.
func (e *estate) reachable() (named, manifests map[string]bool, err error) {
	named, manifests = map[string]bool{}, map[string]bool{}
	for _, repository := range estates {
		all, err := e.manifests(repository)
		if err != nil {
			return nil, nil, err
		}
		for _, digest := range all {
			digits := strings.TrimPrefix(digest, "sha256:")
			manifests[repository+"@"+digits], named[digits] = true, true
			text, err := os.ReadFile(e.node.registryFolder("docker/registry/v2/blobs/sha256", digits[:2], digits, "data"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, nil, err
			}
			for _, part := range partsOf(text) {
				part = strings.TrimPrefix(part, "sha256:")
				named[part], named[repository+"@"+part] = true, true
			}
		}
	}
	return named, manifests, nil
}
