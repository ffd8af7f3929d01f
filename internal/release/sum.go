package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const sumsFile = "SHA256SUMS"

// sums are the hashes of all files of a folder but those of the sums themselves, by name.
func sums(folder string) (map[string]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), sumsFile) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all[e.Name()] = hex.EncodeToString(sum[:])
	}
	return all, nil
}

// writeSums writes the file in the form of sha256sum(1), sorted.
func writeSums(folder string) error {
	all, err := sums(folder)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, name := range sorted(all) {
		fmt.Fprintf(&b, "%s  %s\n", all[name], name)
	}
	return os.WriteFile(filepath.Join(folder, sumsFile), []byte(b.String()), 0o644)
}

// checkSums is the command of docs/releases.md.
func checkSums(ctx context.Context, folder string) error {
	c := exec.CommandContext(ctx, "sha256sum", "--check", "--strict", "--quiet", sumsFile)
	c.Dir = folder
	_, err := output(c)
	return err
}
