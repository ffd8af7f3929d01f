package main

import (
	"os"
	"path/filepath"

	"github.com/octroi/octroi/awscli"
	"github.com/octroi/octroi/internal/version"
)

// manual writes the pages for man(1) into a folder, for whoever makes a package. It is not in the help.
func (p process) manual(args []string) error {
	if len(args) != 1 {
		return &usageError{"manual needs the folder to write the pages to"}
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	for name, page := range awscli.Pages() {
		if err := os.WriteFile(filepath.Join(args[0], name+".1"), []byte(page.Roff(name, version.String())), 0o644); err != nil {
			return err
		}
	}
	return nil
}
