package loan

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"time"
)

const (
	freshPrefix = "new-"
	freshAge    = 5 * time.Minute // a file that takes longer to write has lost its writer
	maxSources  = 1000            // answers that are kept
)

// Files lists the folder.
func (f *Folder) files() []fs.DirEntry {
	dir, err := f.root.Open(".")
	if err != nil {
		return nil
	}
	defer dir.Close()
	all, err := dir.ReadDir(-1)
	if err != nil {
		return nil
	}
	return all
}

// Prune removes what has ended. It looks at every file, and is for those who change the cache, not for those who only
// read.
func (f *Folder) Prune(now time.Time) {
	if f == nil {
		return
	}
	var sources []fs.FileInfo
	for _, d := range f.files() {
		info, err := d.Info()
		if err != nil {
			continue
		}
		name, age := d.Name(), now.Sub(info.ModTime())
		switch {
		case strings.HasPrefix(name, freshPrefix) && age > freshAge:
			f.root.Remove(name)
		case strings.HasPrefix(name, sourcePrefix):
			sources = append(sources, info)
		case strings.HasPrefix(name, lockPrefix) && age > MaxLife && name != lockPrefix+keyName:
			f.removeLock(name)
		case strings.HasPrefix(name, identityPrefix):
			f.pruneIdentity(name, now, age)
		}
	}
	slices.SortFunc(sources, func(a, b fs.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	for i, info := range sources {
		if i >= maxSources || now.Sub(info.ModTime()) > MaxLife {
			f.root.Remove(info.Name())
		}
	}
}

// removeLock removes the file of a lock that nobody holds.
func (f *Folder) removeLock(name string) {
	if unlock, err := f.tryLock(name); err == nil {
		f.root.Remove(name)
		unlock()
	}
}

// pruneIdentity removes a file whose loans have all ended, unless somebody is writing it.
func (f *Folder) pruneIdentity(file string, now time.Time, age time.Duration) {
	p, ok := f.loadPurse(file)
	if !ok {
		if age > freshAge {
			f.root.Remove(file) // nothing that could be used is in it
		}
		return
	}
	unlock, free := f.TryLock("identity", p.Identity)
	if !free {
		return
	}
	defer unlock()
	if p, ok = f.loadPurse(file); ok && !slices.ContainsFunc(p.Loans, func(e entry) bool { return e.loan(p.Identity).Good(now) }) {
		f.root.Remove(file)
	}
}

// Loans are all that are still good, of every identity.
func (f *Folder) Loans(now time.Time) (all []Loan) {
	if f == nil {
		return nil
	}
	for _, d := range f.files() {
		if !strings.HasPrefix(d.Name(), identityPrefix) {
			continue
		}
		p, _ := f.loadPurse(d.Name())
		for _, e := range p.Loans {
			if l := e.loan(p.Identity); l.Good(now) {
				all = append(all, l)
			}
		}
	}
	return all
}
