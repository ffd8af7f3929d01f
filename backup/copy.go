package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/store"
)

// Source is what is copied.
type Source struct {
	Data     string // the folder
	Store    *store.Store
	Database string // names in the folder: a file,
	Links    string // the registry's folder of what leads to blobs,
	Blobs    string // and that of the blobs
}

// Report is what a copy holds.
type Report struct {
	Files  int
	Bytes  int64
	MadeAt time.Time

	RootKey string // id of the root key that the copy's secrets are sealed with; empty in old copies
}

// writer writes the members of a copy.
type writer struct {
	tar  *tar.Writer
	list list
}

// Write copies a data folder, which may be in use, to w.
func Write(ctx context.Context, s Source, w io.Writer) (Report, error) {
	c := &writer{tar: tar.NewWriter(w), list: list{Version: version, Deployment: s.Store.Deployment(), MadeAt: time.Now().UTC(), Files: []entry{}}}
	for _, step := range []func(context.Context, Source) error{c.registry, c.audit, c.database} {
		if err := step(ctx, s); err != nil {
			return Report{}, err
		}
	}
	report := c.list.report()
	text, err := json.MarshalIndent(c.list, "", " ")
	if err == nil {
		err = c.put(listName, int64(len(text)), strings.NewReader(string(text)))
	}
	return report, errors.Join(err, c.tar.Close())
}

// registry copies links before blobs: a blob is there before anything leads to it, so that every link that is copied
// leads to a blob that is copied later. Uploads under way are left out: they begin again.
func (c *writer) registry(ctx context.Context, s Source) error {
	for _, tree := range []string{s.Links, s.Blobs} {
		err := filepath.WalkDir(filepath.Join(s.Data, tree), func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // removed meanwhile, or nothing was pushed yet
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "_uploads":
				return filepath.SkipDir
			case d.Type().IsRegular():
				return c.files(ctx, s, []string{path})
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("copying the registry: %w", err)
		}
	}
	return nil
}

// audit copies the head first: the records that it covers are on disk before it is.
func (c *writer) audit(ctx context.Context, s Source) error {
	if err := c.files(ctx, s, []string{filepath.Join(s.Data, audit.HeadFile)}); err != nil {
		return err
	}
	files, err := audit.Files(s.Data)
	if err != nil {
		return err
	}
	return c.files(ctx, s, files)
}

// database copies a snapshot, which SQLite makes in one transaction.
func (c *writer) database(ctx context.Context, s Source) (err error) {
	folder, err := os.MkdirTemp(s.Data, ".backup-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "snapshot")
	if c.list.RootKey, err = s.Store.Snapshot(ctx, path); err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	return c.file(path, s.Database)
}

func (c *writer) files(ctx context.Context, s Source, paths []string) error {
	for _, path := range paths {
		name, err := filepath.Rel(s.Data, path)
		if err == nil {
			err = c.file(path, filepath.ToSlash(name))
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// file copies as much of a file as there is when it is opened. One that was removed meanwhile is none.
func (c *writer) file(path, name string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return c.put(name, info.Size(), io.LimitReader(f, info.Size()))
}

func (c *writer) put(name string, size int64, r io.Reader) error {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: c.list.MadeAt, Format: tar.FormatPAX}
	if err := c.tar.WriteHeader(header); err != nil {
		return err
	}
	sum := sha256.New()
	if n, err := io.Copy(io.MultiWriter(c.tar, sum), r); err != nil || n != size {
		return errors.Join(err, fmt.Errorf("copying %s: %d of %d bytes", name, n, size))
	}
	c.list.Files = append(c.list.Files, entry{name, size, digits(sum)})
	return nil
}

func digits(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
