package backup

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Restore writes the files of a copy into a folder that does not exist yet. It is there whole, or not at all.
func Restore(r io.Reader, folder string) (report Report, err error) {
	if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
		return report, fmt.Errorf("%s is there already: a backup is restored into a new folder, never over another one", folder)
	}
	beside, err := os.MkdirTemp(filepath.Dir(folder), ".restore-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(beside)) }()
	files, l, err := unpack(r, beside)
	if err != nil {
		return report, err
	}
	if err := compare(files, l); err != nil {
		return report, err
	}
	return l.report(), errors.Join(syncFolder(beside), os.Rename(beside, folder), syncFolder(filepath.Dir(folder)))
}

// unpack writes the members and tells what they are.
func unpack(r io.Reader, folder string) (files []entry, l list, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, l, err
	}
	defer root.Close()
	for members := tar.NewReader(r); ; {
		h, err := members.Next()
		if errors.Is(err, io.EOF) {
			return nil, l, fmt.Errorf("%w: it ends before its list", ErrDamaged)
		}
		if err != nil {
			return nil, l, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if h.Typeflag != tar.TypeReg || !safe(h.Name) {
			return nil, l, fmt.Errorf("%w: it holds %q, which no backup does", ErrDamaged, h.Name)
		}
		if h.Name == listName {
			text, err := io.ReadAll(members)
			if err != nil {
				return nil, l, fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			l, err = readList(text)
			return files, l, err
		}
		e, err := write(root, h.Name, members)
		if err != nil {
			return nil, l, fmt.Errorf("restoring %s: %w", h.Name, err)
		}
		files = append(files, e)
	}
}

// write writes one file, on disk before it returns.
func write(root *os.Root, name string, r io.Reader) (entry, error) {
	if dir := filepath.Dir(filepath.FromSlash(name)); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return entry{}, err
		}
	}
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return entry{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), r)
	return entry{name, n, digits(sum)}, errors.Join(err, f.Sync(), f.Close())
}

// compare holds what was written to the list.
func compare(files []entry, l list) error {
	if len(files) != len(l.Files) {
		return fmt.Errorf("%w: it has %d files, and its list %d", ErrDamaged, len(files), len(l.Files))
	}
	for i, f := range files {
		if f != l.Files[i] {
			return fmt.Errorf("%w: %s is not as it was written", ErrDamaged, f.Name)
		}
	}
	return nil
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
