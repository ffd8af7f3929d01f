package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/credential"
)

const configureUsage = `usage: octroi configure docker|podman|helm [--all] [--dry-run] [HOST ...]
       octroi configure kubelet [--service-account-tokens] [--audience A] [HOST ...]
       octroi configure --show [HOST ...]

Makes a tool ask docker-credential-octroi for the logins of each HOST, so that nobody logs in any more. Without
a HOST they are those of ~/.config/octroi/config.yaml, and Amazon's public registry. Prints what it changed;
a second run changes nothing.

    --all        for all hosts (docker and helm): it becomes the credsStore, and the one before stays in use
                 for the hosts that are not octroi's, as inner_helper
    --dry-run    only print what would change

kubelet prints a CredentialProviderConfig for octroi-credential-provider. --show prints what the configuration
says, value by value, and where each comes from.
`

func (p process) configure(args []string) error {
	flags := newFlags("configure")
	all, dry, show := flags.Bool("all", false, ""), flags.Bool("dry-run", false, ""), flags.Bool("show", false, "")
	accounts, audience := flags.Bool("service-account-tokens", false, ""), flags.String("audience", "", "")
	words, err := p.words(flags, args, configureUsage)
	if err != nil {
		return err
	}
	if !*show && len(words) == 0 {
		return &usageError{"configure needs docker, podman, helm, kubelet or --show (octroi configure --help)"}
	}
	file, err := configfile.Read(p.environ)
	if err != nil {
		return err
	}
	if *show {
		return p.showConfiguration(file, words)
	}
	tool, names := words[0], words[1:]
	switch tool {
	case "kubelet":
		return p.configureKubelet(file, names, *accounts, *audience)
	case "buildah", "skopeo":
		tool = credential.Podman
	case credential.Docker, credential.Podman, credential.Helm:
	default:
		return &usageError{fmt.Sprintf("configure knows docker, podman, helm and kubelet, not %q", tool)}
	}
	if *accounts || *audience != "" {
		return &usageError{"--service-account-tokens and --audience are for kubelet"}
	}
	return p.configureTool(file, tool, names, *all, *dry)
}

func (p process) configureTool(file configfile.File, tool string, names []string, all, dry bool) error {
	exact, err := p.exactHosts(file, names, all)
	if err != nil {
		return err
	}
	store := credential.Lasting(credential.Stores(p.environ, p.home()), tool)
	d := credential.Delegation{Hosts: exact, All: all, Dry: true}
	changes, inner, err := store.Delegate(d)
	if err != nil {
		return err
	}
	if inner != "" {
		if err := p.keepInner(file, inner, dry); err != nil {
			return err
		}
	}
	if !dry && len(changes) > 0 {
		d.Dry = false
		if changes, _, err = store.Delegate(d); err != nil {
			return err
		}
	}
	for _, c := range changes {
		p.changed(tool, store.Path(), c, dry)
	}
	if len(changes) == 0 {
		fmt.Fprintf(p.stdout, "%s (%s): nothing to change\n", tool, store.Path())
	}
	if _, err := exec.LookPath("docker-credential-octroi"); err != nil {
		fmt.Fprintf(p.stderr, "octroi: warning: docker-credential-octroi is not on PATH: %s cannot start it until it is\n", tool)
	}
	return nil
}

// exactHosts are the named hosts, or those of the configuration. credHelpers know no patterns.
func (p process) exactHosts(file configfile.File, names []string, all bool) ([]string, error) {
	if len(names) == 0 {
		exact, patterns := file.Exact()
		for _, pattern := range patterns {
			if !all {
				fmt.Fprintf(p.stderr, "octroi: warning: %s is a pattern, and the tools know none: name its hosts, or use --all\n", pattern)
			}
		}
		return exact, nil
	}
	named, err := parseHosts(names)
	if err != nil {
		return nil, err
	}
	exact := make([]string, len(named))
	for i, h := range named {
		if _, err := file.Config.Match(h.Host); err != nil {
			return nil, fmt.Errorf("%s: %w (%s)", h.Name, err, file.Path)
		}
		exact[i] = h.Name
	}
	return exact, nil
}

func (p process) changed(tool, path string, c credential.Change, dry bool) {
	would, old := "", c.Old
	if dry {
		would = "would change "
	}
	if old == "" {
		old = "nothing"
	}
	fmt.Fprintf(p.stdout, "%s (%s): %s%s: %s -> %s\n", tool, path, would, oneLine(c.Name), oneLine(old), c.New)
}

// keepInner writes the helper that was there before into the configuration: first, so that no login is out of reach
// when the second write fails.
func (p process) keepInner(file configfile.File, name string, dry bool) error {
	switch file.Config.InnerHelper {
	case name:
		return nil
	case "":
	default:
		return fmt.Errorf("the helper in use is %s, and %s says inner_helper: %s: take one of them out", name, file.Path, file.Config.InnerHelper)
	}
	text, err := file.WithInner(name)
	if err != nil {
		return err
	}
	p.changed("octroi", file.Path, credential.Change{Name: "inner_helper", New: name}, dry)
	if dry {
		return nil
	}
	return replaceFile(file.Path, text)
}

// replaceFile puts a file in place as a whole; behind a link, the file that the link names.
func replaceFile(path string, text []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".config-*.yaml") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
