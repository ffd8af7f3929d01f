package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// ErrPlanted reports a link where the engine only ever makes files and folders: somebody else has been at them, and
// what is written or read there may belong to another program.
var ErrPlanted = errors.New("a link stands in the registry's folder that the registry did not make: remove it")

// openPlain opens a file for reading. It never leaves the engine's folder, and it follows no link that stands in the
// file's place.
func (e *Engine) openPlain(name string) (*os.File, error) {
	name = strings.TrimPrefix(name, "/")
	info, err := e.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s", ErrPlanted, name)
	}
	return e.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// CheckUpload refuses an upload whose folder or files are links of any kind: the engine would write through them.
func (e *Engine) CheckUpload(repository, upload string) error {
	folder := path.Join(Links, repository, "_uploads", upload)
	for _, name := range []string{"", "data", "startedat", "hashstates"} {
		info, err := e.root.Lstat(strings.TrimPrefix(path.Join(folder, name), "/"))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return e.planted(err, upload)
		case !info.IsDir() && !info.Mode().IsRegular(), info.Mode().IsRegular() && names(info) > 1:
			return e.planted(fmt.Errorf("%w: %s", ErrPlanted, path.Join(folder, name)), upload)
		}
	}
	return nil
}

func (e *Engine) planted(err error, upload string) error {
	e.damaged(KindUpload, upload)
	return err
}
