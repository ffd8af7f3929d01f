package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// completions are the files that make shells complete octroi's arguments, by shell.
var completions = map[string]string{"bash": "octroi.bash", "zsh": "_octroi", "fish": "octroi.fish"}

// writeManual fills man, man.gz and completions below a folder.
func writeManual(ctx context.Context, octroi, work string) error {
	pages := filepath.Join(work, "man")
	if _, err := output(exec.CommandContext(ctx, octroi, "manual", pages)); err != nil {
		return err
	}
	if err := compressPages(pages, filepath.Join(work, "man.gz")); err != nil {
		return err
	}
	folder := filepath.Join(work, "completions")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	for shell, file := range completions {
		text, err := output(exec.CommandContext(ctx, octroi, "completion", shell))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compressPages makes the compressed pages that Debian's policy wants, without name and time in their headers.
func compressPages(from, to string) error {
	names, err := filepath.Glob(filepath.Join(from, "*.1"))
	if err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return err
		}
		z.Write(text) // into memory
		if err := z.Close(); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(name)+".gz"), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
