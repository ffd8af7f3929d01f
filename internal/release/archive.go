package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// member is a file of an archive: a copy of one, or a link to another member of the same folder.
type member struct {
	name string // with slashes
	from string
	link string
	mode int64
}

// members are what an archive of a product holds, below a folder of its name.
func (j job) members(p product, t target) ([]member, error) {
	var all []member
	for _, program := range p.programs {
		all = append(all, member{name: program + t.suffix(), from: programPath(j.work, program, t), mode: 0o755})
	}
	for _, file := range []string{"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"} {
		all = append(all, member{name: file, from: filepath.Join(j.source, file), mode: 0o644})
	}
	if p.name == service {
		return append(all,
			member{name: "octroid.service", from: filepath.Join(j.source, "packaging", "octroid.service"), mode: 0o644},
			member{name: "octroid.sysusers", from: filepath.Join(j.source, "packaging", "octroid.sysusers"), mode: 0o644},
			member{name: "docs/configuration.md", from: filepath.Join(j.source, "docs", "configuration.md"), mode: 0o644}), nil
	}
	if t.os == "windows" { // where links are a matter of rights
		all = append(all, member{name: provider + t.suffix(), from: programPath(j.work, helper, t), mode: 0o755})
	} else {
		all = append(all, member{name: provider, link: helper, mode: 0o777})
	}
	for _, folder := range []string{"man", "completions"} {
		files, err := filepath.Glob(filepath.Join(j.work, folder, "*"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			all = append(all, member{name: folder + "/" + filepath.Base(file), from: file, mode: 0o644})
		}
	}
	return all, nil
}

// archives writes one for each product and system.
func (j job) archives(context.Context) error {
	for _, p := range products {
		for _, t := range p.targets {
			all, err := j.members(p, t)
			if err != nil {
				return err
			}
			name := p.name + "_" + j.version + "_" + t.String()
			write, ending := writeTar, ".tar.gz"
			if t.os == "windows" {
				write, ending = writeZip, ".zip"
			}
			if err := writeArchive(filepath.Join(j.out, name+ending), name, all, j.time, write); err != nil {
				return err
			}
		}
	}
	return nil
}

type archiveWriter func(w io.Writer, folder string, all []member, when time.Time) error

func writeArchive(path, folder string, all []member, when time.Time, write archiveWriter) error {
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.name, b.name) })
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(write(f, folder, all, when), f.Close())
}

func writeTar(w io.Writer, folder string, all []member, when time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, m := range all {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(folder, m.name), Mode: m.mode, ModTime: when, Format: tar.FormatUSTAR}
		if m.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, m.link
			if err := t.WriteHeader(h); err != nil {
				return err
			}
			continue
		}
		text, err := os.ReadFile(m.from)
		if err != nil {
			return err
		}
		h.Size = int64(len(text))
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(text); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close())
}

func writeZip(w io.Writer, folder string, all []member, when time.Time) error {
	z := zip.NewWriter(w)
	for _, m := range all {
		text, err := os.ReadFile(m.from)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: path.Join(folder, m.name), Method: zip.Deflate, Modified: when.UTC()}
		h.SetMode(os.FileMode(m.mode))
		f, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(text); err != nil {
			return err
		}
	}
	return z.Close()
}
