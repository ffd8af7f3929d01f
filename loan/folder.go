package loan

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds a file of the folder. A file of logins has some kilobytes.
const maxFile = 1 << 20

// errTouched reports something in the cache that others could have written or read.
var errTouched = errors.New("is not its owner's alone")

// Folder is an open cache. Everything in it is reached through the folder as it was opened: a link that takes its
// place later leads nowhere.
type Folder struct {
	root *os.Root
	key  []byte
}

// Open opens the cache, and makes it when it is not there. The error says why it cannot be used.
func Open(path string) (*Folder, error) {
	info, err := make0700(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() || !private(info) {
		return nil, fmt.Errorf("%s %w (mode 0700, no link): remove it, or set OCTROI_CACHE", path, errTouched)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	f := &Folder{root: root}
	if opened, err := root.Stat("."); err != nil || !os.SameFile(info, opened) {
		return nil, errors.Join(fmt.Errorf("%s %w", path, errTouched), root.Close())
	}
	if f.key, err = f.loadKey(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

// make0700 is the folder, for its owner only whatever the umask.
func make0700(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return info, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.Mkdir(path, 0o700); err == nil {
		err = os.Chmod(path, 0o700) // a umask can take the owner's bits
	} else if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.Lstat(path)
}

// Close closes the folder. A nil Folder is a cache that cannot be used: it has nothing and keeps nothing.
func (f *Folder) Close() error {
	if f == nil {
		return nil
	}
	return f.root.Close()
}

// read is a file's content, if it is a plain file of its owner. A file that is replaced meanwhile is read again.
func (f *Folder) read(name string, limit int64) (data []byte, err error) {
	for range 10 {
		if data, err = f.readOnce(name, limit); !errors.Is(err, errReplaced) {
			break
		}
	}
	return data, err
}

var errReplaced = errors.New("was replaced while it was read")

// readOnce looks at a file before it is opened (a FIFO would be waited for) and again after.
func (f *Folder) readOnce(name string, limit int64) ([]byte, error) {
	before, err := f.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() || !private(before) || !single(before) || before.Size() > limit {
		return nil, errTouched
	}
	file, err := f.root.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if after, err := file.Stat(); err != nil || !os.SameFile(before, after) {
		return nil, errReplaced
	}
	data := make([]byte, 0, before.Size()+1)
	for {
		n, err := file.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		case int64(len(data)) > limit || len(data) == cap(data):
			return nil, errTouched // it grew
		}
	}
}

// write puts a file in place as a whole: whoever reads sees the old one or the new one. It is not flushed to the disk:
// what a power cut leaves half is ignored.
func (f *Folder) write(name string, data []byte) error {
	fresh := freshPrefix + rand.Text()
	file, err := f.root.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = file.Chmod(0o600)
	if err == nil {
		_, err = file.Write(data)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = f.root.Rename(fresh, name)
	}
	if err != nil {
		f.root.Remove(fresh)
	}
	return err
}

// Path is where the folder is.
func (f *Folder) Path() string { return f.root.Name() }
