package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"time"

	"go.yaml.in/yaml/v3"
)

// nfpmConfig is as much of nfpm's configuration as we say.
//
// Source: nfpm's documentation, "Configuration".
type nfpmConfig struct {
	Name        string            `yaml:"name"`
	Arch        string            `yaml:"arch"`
	Platform    string            `yaml:"platform"`
	Version     string            `yaml:"version"`
	Section     string            `yaml:"section"`
	Priority    string            `yaml:"priority"`
	Maintainer  string            `yaml:"maintainer"`
	Description string            `yaml:"description"`
	Homepage    string            `yaml:"homepage"`
	License     string            `yaml:"license"`
	Recommends  []string          `yaml:"recommends,omitempty"`
	Mtime       time.Time         `yaml:"mtime"`
	Contents    []nfpmContent     `yaml:"contents"`
	Scripts     map[string]string `yaml:"scripts,omitempty"`
}

type nfpmContent struct {
	Source string       `yaml:"src,omitempty"`
	Target string       `yaml:"dst"`
	Type   string       `yaml:"type,omitempty"`
	Info   nfpmFileInfo `yaml:"file_info"`
}

type nfpmFileInfo struct {
	Mode  uint32    `yaml:"mode,omitempty"`
	Mtime time.Time `yaml:"mtime"`
	Owner string    `yaml:"owner"`
	Group string    `yaml:"group"`
}

func (j job) content(from, to string, mode uint32, kind string) nfpmContent {
	return nfpmContent{from, to, kind, nfpmFileInfo{mode, j.time, "root", "root"}}
}

// packages makes the Debian packages, with nfpm.
func (j job) packages(ctx context.Context) error {
	for _, p := range products {
		for _, t := range p.targets {
			if t.os != "linux" {
				continue
			}
			if err := j.deb(ctx, j.describe(p, t)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j job) describe(p product, t target) nfpmConfig {
	c := nfpmConfig{
		Name: p.name, Arch: t.arch, Platform: "linux", Version: j.version, Section: "admin", Priority: "optional",
		Maintainer: "The Octroi authors <octroi@users.noreply.github.com>", Homepage: "https://github.com/octroi/octroi",
		License: "Apache-2.0", Mtime: j.time,
	}
	for _, program := range p.programs {
		c.Contents = append(c.Contents, j.content(programPath(j.work, program, t), "/usr/bin/"+program, 0o755, ""))
	}
	c.Contents = append(c.Contents,
		j.content(filepath.Join(j.source, "LICENSE"), "/usr/share/doc/"+p.name+"/copyright", 0o644, ""),
		j.content(filepath.Join(j.source, "CHANGELOG.md"), "/usr/share/doc/"+p.name+"/CHANGELOG.md", 0o644, ""))
	if p.name == service {
		return j.describeService(c)
	}
	return j.describeClient(c)
}

func (j job) describeClient(c nfpmConfig) nfpmConfig {
	c.Description = "Logins to container registries, without pasting any\n" +
		"octroi logs docker, podman and helm in with AWS credentials; docker-credential-octroi\nand octroi-credential-provider do so for docker and the kubelet by themselves."
	c.Contents = append(c.Contents,
		j.content(helper, "/usr/bin/"+provider, 0, "symlink"),
		j.content(filepath.Join(j.work, "completions", completions["bash"]), "/usr/share/bash-completion/completions/octroi", 0o644, ""),
		j.content(filepath.Join(j.work, "completions", completions["zsh"]), "/usr/share/zsh/vendor-completions/_octroi", 0o644, ""),
		j.content(filepath.Join(j.work, "completions", completions["fish"]), "/usr/share/fish/vendor_completions.d/octroi.fish", 0o644, ""))
	pages, _ := filepath.Glob(filepath.Join(j.work, "man.gz", "*")) // errs for bad patterns only
	sort.Strings(pages)
	for _, page := range pages {
		c.Contents = append(c.Contents, j.content(page, "/usr/share/man/man1/"+filepath.Base(page), 0o644, ""))
	}
	return c
}

// describeService has the unit's user made by systemd-sysusers. What is in /etc is a conffile: an upgrade asks before it
// changes what somebody edited.
func (j job) describeService(c nfpmConfig) nfpmConfig {
	in := func(name string) string { return filepath.Join(j.source, "packaging", name) }
	c.Description = "Registry tokens, and the registry that honours them\n" +
		"octroid answers the AWS operations that give out logins, and serves a container registry\nthat asks the policies at every request."
	c.Recommends = []string{"systemd"}
	c.Contents = append(c.Contents,
		j.content(in("octroid.service"), "/usr/lib/systemd/system/octroid.service", 0o644, ""),
		j.content(in("octroid.sysusers"), "/usr/lib/sysusers.d/octroid.conf", 0o644, ""),
		j.content(in("octroid.env"), "/etc/octroid/octroid.env", 0o640, "config|noreplace"),
		j.content(filepath.Join(j.source, "docs", "configuration.md"), "/usr/share/doc/octroid/configuration.md", 0o644, ""))
	c.Scripts = map[string]string{"postinstall": in("deb/postinst"), "preremove": in("deb/prerm"), "postremove": in("deb/postrm")}
	return c
}

func (j job) deb(ctx context.Context, c nfpmConfig) error {
	text, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	config := filepath.Join(j.work, c.Name+"_"+c.Arch+".yaml")
	if err := os.WriteFile(config, text, 0o600); err != nil {
		return err
	}
	run := exec.CommandContext(ctx, "nfpm", "package", "--packager", "deb", "--config", config,
		"--target", filepath.Join(j.out, c.Name+"_"+j.version+"_"+c.Arch+".deb"))
	run.Env = append(os.Environ(), fmt.Sprint("SOURCE_DATE_EPOCH=", j.time.Unix()))
	if _, err := output(run); err != nil {
		return fmt.Errorf("%w (make release-tools installs nfpm)", err)
	}
	return nil
}
