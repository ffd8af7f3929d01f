package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/distribution/distribution/v3/registry/storage/driver/factory"
	"github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

// disk is Distribution's filesystem driver with what it lacks. It flushes the folders that it makes and moves into,
// not only files: without it a file system may forget a blob that was acknowledged. A flush that failed ends it for
// good, since a second one that succeeds would prove nothing. And it remembers, for the request that met it, that the
// disk failed, so that the front can tell a full disk from a mistake of ours.
type disk struct {
	storagedriver.StorageDriver
	root string
	once sync.Once
	dead chan struct{} // closed after a flush that failed
}

func newDisk(root string) *disk {
	d := filesystem.New(filesystem.DriverParameters{RootDirectory: root, MaxThreads: threads})
	return &disk{StorageDriver: d, root: root, dead: make(chan struct{})}
}

// threads bounds the files that the engine holds open at once: Distribution's own default.
const threads = 100

// ErrDisk reports that the disk failed: it is full, or broken, or takes no more files.
var ErrDisk = errors.New("the registry's disk failed")

// errBroken is for what comes after a flush that failed.
var errBroken = fmt.Errorf("%w: it did not keep what it had taken", ErrDisk)

// PutContent writes a small file, whole or not at all, and on disk with the folders that lead to it; what is only known
// of an upload under way is not flushed.
func (d *disk) PutContent(ctx context.Context, path string, content []byte) error {
	if unproven(ctx, path) {
		return nil
	}
	made := d.missing(filepath.Dir(path))
	return d.change(ctx, func() error {
		if err := d.put(path, content); err != nil {
			return err
		}
		return d.syncParents(made)
	})
}

// written is the folder that small files are written in before they are moved to their place. It is emptied at the start:
// what a write leaves that was cut off would never be found beside what is there.
const written = "written"

// put writes a file elsewhere and moves it to its place. Distribution's own, when a flush fails, flushes once more in
// closing.
func (d *disk) put(path string, content []byte) error {
	if !storagedriver.PathRegexp.MatchString(path) {
		return storagedriver.InvalidPathError{Path: path, DriverName: driverName}
	}
	place := filepath.Join(d.root, path)
	if err := os.MkdirAll(filepath.Dir(place), 0o777); err != nil {
		return err
	}
	beside := filepath.Join(d.root, written, rand.Text())
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil && !passing(path) {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(beside, place)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	if passing(path) {
		return nil
	}
	return d.sync(filepath.Dir(path))
}

// Move moves a file, which is on disk already, to where it stays.
func (d *disk) Move(ctx context.Context, from, to string) error {
	folder := filepath.Dir(to)
	made := d.missing(folder)
	return d.change(ctx, func() error {
		if err := d.StorageDriver.Move(ctx, from, to); err != nil {
			return err
		}
		return errors.Join(d.sync(folder), d.syncParents(made))
	})
}

// Delete removes a file or a folder, and what was removed stays so.
func (d *disk) Delete(ctx context.Context, path string) error {
	return d.change(ctx, func() error {
		if err := d.StorageDriver.Delete(ctx, path); err != nil || passing(path) {
			return err
		}
		return d.sync(filepath.Dir(path))
	})
}

// GetContent reads a small file. One of an upload that is empty is one that a crash of the system left of what was not
// flushed: it is not there.
func (d *disk) GetContent(ctx context.Context, path string) ([]byte, error) {
	content, err := d.StorageDriver.GetContent(ctx, path)
	if err == nil && len(content) == 0 && passing(path) {
		return nil, storagedriver.PathNotFoundError{Path: path, DriverName: driverName}
	}
	return content, d.judge(ctx, err)
}

// Reader opens a file.
func (d *disk) Reader(ctx context.Context, path string, offset int64) (io.ReadCloser, error) {
	r, err := d.StorageDriver.Reader(ctx, path, offset)
	return r, d.judge(ctx, err)
}

// Stat looks at a file or folder.
func (d *disk) Stat(ctx context.Context, path string) (storagedriver.FileInfo, error) {
	info, err := d.StorageDriver.Stat(ctx, path)
	return info, d.judge(ctx, err)
}

// List lists a folder, without the states of hashes that GetContent does not find.
func (d *disk) List(ctx context.Context, path string) ([]string, error) {
	entries, err := d.StorageDriver.List(ctx, path)
	if err == nil && isState(path+"/") {
		entries = slices.DeleteFunc(entries, func(name string) bool {
			info, err := os.Stat(filepath.Join(d.root, name))
			return err == nil && info.Mode().IsRegular() && info.Size() == 0
		})
	}
	return entries, d.judge(ctx, err)
}

// change does something that writes, unless the disk is broken, and judges how it went.
func (d *disk) change(ctx context.Context, do func() error) error {
	select {
	case <-d.dead:
		return d.judge(ctx, errBroken)
	default:
		return d.judge(ctx, do())
	}
}

// judge tells a file that is not there, which is an answer, from a disk that failed.
func (d *disk) judge(ctx context.Context, err error) error {
	if err == nil || answers(err) {
		return err
	}
	if failed := new(fs.PathError); errors.As(cause(err), &failed) && failed.Op == "sync" {
		d.once.Do(func() { close(d.dead) })
	}
	if t := troubleOf(ctx); t != nil && ctx.Err() == nil {
		t.note(err)
	}
	return err
}

// answers reports an error of the driver that says something about what was asked for, and nothing about the disk.
func answers(err error) bool {
	switch err.(type) {
	case storagedriver.PathNotFoundError, storagedriver.InvalidPathError, storagedriver.InvalidOffsetError, storagedriver.ErrUnsupportedMethod:
		return true
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// cause is what the driver has wrapped without saying so.
func cause(err error) error {
	if wrapped := new(storagedriver.Error); errors.As(err, wrapped) {
		return wrapped.Detail
	}
	return err
}

// passing reports a path of an upload: after a crash of the system it may be gone, and begins again.
func passing(path string) bool { return strings.Contains(path, "/_uploads/") }

// missing are the folders on the way to one that are not there yet, the deepest first. Those of an upload do not count:
// the folders above them do, which stay.
func (d *disk) missing(folder string) (made []string) {
	for passing(folder) {
		folder = filepath.Dir(folder)
	}
	for ; folder != "/" && folder != "."; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(filepath.Join(d.root, folder)); !errors.Is(err, fs.ErrNotExist) {
			return made
		}
		made = append(made, folder)
	}
	return made
}

// syncParents flushes the folders that hold those that were made.
func (d *disk) syncParents(made []string) error {
	for _, folder := range made {
		if err := d.sync(filepath.Dir(folder)); err != nil {
			return err
		}
	}
	return nil
}

// sync flushes a folder. One that somebody has removed meanwhile needs none.
func (d *disk) sync(folder string) error {
	f, err := os.Open(filepath.Join(d.root, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// driverName is what Distribution knows disk by.
const driverName = "octroi"

// register makes the driver known to Distribution, whose table of drivers is the process's: it takes a name once. What
// is in the table holds no state; each engine hands over its own disk.
var register = sync.OnceFunc(func() { factory.Register(driverName, given{}) })

// given is a factory of disks that are there already.
type given struct{}

// Create takes the disk out of the parameters.
func (given) Create(_ context.Context, parameters map[string]any) (storagedriver.StorageDriver, error) {
	d, ok := parameters["disk"].(*disk)
	if !ok {
		return nil, errors.New("no disk was given")
	}
	return d, nil
}
