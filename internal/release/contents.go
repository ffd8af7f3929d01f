package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// contents are the regular files of an archive, by name.
func contents(archive string) (map[string][]byte, error) {
	text, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(archive, ".zip") {
		return zipContents(text)
	}
	return tarContents(text)
}

func zipContents(text []byte) (map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func tarContents(text []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	t, all := tar.NewReader(z), map[string][]byte{}
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeReg {
			if all[h.Name], err = io.ReadAll(t); err != nil {
				return nil, err
			}
		}
	}
}

// inspectArchives looks into every program of every archive.
func inspectArchives(folder string) error {
	var seen int
	for _, pattern := range []string{"*.tar.gz", "*.zip"} {
		names, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return err
		}
		for _, name := range names {
			all, err := contents(name)
			if err != nil {
				return err
			}
			for file, text := range all {
				base := strings.TrimSuffix(path.Base(file), ".exe")
				if slices.Contains([]string{client, service, helper, provider}, base) {
					if err := inspect(file, text); err != nil {
						return err
					}
					seen++
				}
			}
		}
	}
	if seen < 12 {
		return fmt.Errorf("the archives hold %d programs, which is too few", seen)
	}
	return nil
}
