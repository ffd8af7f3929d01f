package engine

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"
)

// pins are folders that nobody may sweep away: somebody is about to link, or to rely on, what is in them.
type pins struct {
	mu   sync.Mutex
	held map[string]int
}

func (p *pins) hold(folders []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = map[string]int{}
	}
	for _, f := range folders {
		p.held[f]++
	}
}

func (p *pins) release(folder string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[folder]--; p.held[folder] <= 0 {
		delete(p.held, folder)
	}
}

// unlessHeld does something to a folder that nobody holds, and that nobody can begin to hold meanwhile.
func (p *pins) unlessHeld(folder string, do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[folder] > 0 {
		return nil
	}
	return do()
}

// Held is what a request relies on, or makes.
type Held struct {
	Blob     string   // digest, of a blob that is being linked
	Parts    []string // digests, of blobs that have to be linked
	Manifest string   // digest, of a manifest that is being put
	Tag      string   // that is given to it
}

// Hold keeps what a request to a repository is about from being collected while the request goes on. The request ends
// with release. From then on it all counts as new: a collection that is under way may have looked where the request's
// links are before they were there, and goes by age.
func (e *Engine) Hold(repository string, h Held) (release func()) {
	var folders []string
	if digits, ok := digitsOf(h.Blob); ok {
		folders = append(folders, layerFolder(repository, digits), blobFolder(digits))
	}
	for _, part := range h.Parts {
		if digits, ok := digitsOf(part); ok {
			folders = append(folders, layerFolder(repository, digits))
		}
	}
	if digits, ok := digitsOf(h.Manifest); ok {
		folders = append(folders, revisionFolder(repository, digits), blobFolder(digits))
		if h.Tag != "" {
			folders = append(folders, hadFolder(repository, h.Tag, digits))
		}
	}
	if h.Tag != "" {
		folders = append(folders, tagFolder(repository, h.Tag))
	}
	e.pins.hold(folders)
	return func() {
		for _, f := range folders {
			if e.renew(f) == nil { // else it stays held: what cannot be renewed must not look old
				e.pins.release(f)
			}
		}
	}
}

// renew makes a folder's link or blob count as new, if it is there.
func (e *Engine) renew(folder string) error {
	for _, name := range []string{"link", "data"} {
		file := strings.TrimPrefix(path.Join(folder, name), "/")
		info, err := e.root.Lstat(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		// Not at every request: what is changed is hashed anew when it is pulled.
		if now := time.Now(); now.Sub(info.ModTime()) > e.slack() {
			if err := e.root.Chtimes(file, now, now); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
