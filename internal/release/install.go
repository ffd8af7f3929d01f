package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// installed is what the packages of this machine's kind put where, with modes.
var installed = map[string]string{
	"usr/bin/octroi": "-rwxr-xr-x", "usr/bin/docker-credential-octroi": "-rwxr-xr-x", "usr/bin/octroi-credential-provider": "Lrwxrwxrwx",
	"usr/share/man/man1/octroi.1.gz": "-rw-r--r--", "usr/share/bash-completion/completions/octroi": "-rw-r--r--",
	"usr/bin/octroid": "-rwxr-xr-x", "usr/lib/systemd/system/octroid.service": "-rw-r--r--", "etc/octroid/octroid.env": "-rw-r-----",
	"usr/share/doc/octroi/copyright": "-rw-r--r--", "usr/share/doc/octroid/copyright": "-rw-r--r--",
}

// install puts the packages into a root folder of their own with dpkg, looks, starts the programs, edits the conffile,
// and removes the packages again.
func install(ctx context.Context, release string) error {
	if _, err := exec.LookPath("dpkg"); err != nil || os.Geteuid() != 0 {
		fmt.Println("(not tried here: installing a package needs dpkg, and to be root)")
		return nil
	}
	debs, err := filepath.Glob(filepath.Join(release, "*_"+runtime.GOARCH+".deb"))
	if err != nil || len(debs) != 2 {
		return fmt.Errorf("packages for %s: %q, %w", runtime.GOARCH, debs, err)
	}
	root, err := emptySystem()
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	// The scripts would be run in the new root, where there is no shell: they run here, and see that it is not theirs.
	dpkg := func(args ...string) error {
		_, err := output(exec.CommandContext(ctx, "dpkg", append([]string{"--root=" + root, "--force-script-chrootless", "--force-depends"}, args...)...))
		return err
	}
	if err := dpkg(append([]string{"--install"}, debs...)...); err != nil {
		return err
	}
	if err := look(ctx, root); err != nil {
		return err
	}
	if err := dpkg("--remove", client, service); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "etc/octroid/octroid.env")); err != nil {
		return fmt.Errorf("a removed package took its configuration along: %w", err)
	}
	if err := dpkg("--purge", service); err != nil {
		return err
	}
	for path := range installed {
		if _, err := os.Lstat(filepath.Join(root, path)); !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s is still there: %w", path, err)
		}
	}
	return nil
}

// emptySystem is a folder that dpkg takes for a system.
func emptySystem() (string, error) {
	root, err := os.MkdirTemp("", "octroi-system-")
	if err != nil {
		return "", err
	}
	for _, folder := range []string{"info", "updates", "triggers"} {
		err = errors.Join(err, os.MkdirAll(filepath.Join(root, "var/lib/dpkg", folder), 0o755))
	}
	return root, errors.Join(err, os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644))
}

func look(ctx context.Context, root string) error {
	for path, mode := range installed {
		info, err := os.Lstat(filepath.Join(root, path))
		if err != nil {
			return err
		}
		if info.Mode().String() != mode {
			return fmt.Errorf("%s has mode %v, not %s", path, info.Mode(), mode)
		}
	}
	conffiles, err := os.ReadFile(filepath.Join(root, "var/lib/dpkg/info/octroid.conffiles"))
	if err != nil || strings.TrimSpace(string(conffiles)) != "/etc/octroid/octroid.env" {
		return fmt.Errorf("conffiles of octroid: %q, %w", conffiles, err)
	}
	for _, line := range [][]string{{"octroi", "version"}, {"octroid", "--version"}, {"docker-credential-octroi", "version"}} {
		if _, err := output(exec.CommandContext(ctx, filepath.Join(root, "usr/bin", line[0]), line[1])); err != nil {
			return err
		}
	}
	return nil
}
