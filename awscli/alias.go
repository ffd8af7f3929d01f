package awscli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

// aliases are what the file ~/.aws/cli/alias defines: commands in [toplevel], operations in [command ecr-public].
type aliases struct {
	topLevel  []string // names, in order
	service   []string
	command   map[string]string
	operation map[string]string
	// expanding are the aliases being expanded: one of them again is the built-in of that name.
	expanding []string
}

func (a aliases) isTopLevel(name string) bool {
	_, ok := a.command[name]
	return ok && !slices.Contains(a.expanding, name)
}

// loadAliases reads the file. A file that is not there, or that nobody can read, defines nothing.
func (r *run) loadAliases() aliases {
	home, ok := r.environment("HOME")
	if !ok {
		return aliases{}
	}
	text, err := os.ReadFile(filepath.Join(home, ".aws", "cli", "alias"))
	if err != nil {
		return aliases{}
	}
	a := aliases{command: map[string]string{}, operation: map[string]string{}}
	section, last := "", ""
	for line := range strings.Lines(string(text)) {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case line[0] == ' ' || line[0] == '\t':
			a.extend(section, last, trimmed)
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			section, last = strings.Join(strings.Fields(trimmed[1:len(trimmed)-1]), " "), ""
		default:
			last = a.define(section, trimmed)
		}
	}
	return a
}

func (a *aliases) define(section, line string) (name string) {
	at := strings.IndexAny(line, "=:")
	if at < 0 {
		return ""
	}
	name = strings.ToLower(strings.TrimSpace(line[:at]))
	value := strings.TrimSpace(line[at+1:])
	switch section {
	case "toplevel":
		a.topLevel = append(a.topLevel, name)
		a.command[name] = value
	case "command " + service:
		a.service = append(a.service, name)
		a.operation[name] = value
	}
	return name
}

func (a *aliases) extend(section, name, line string) {
	table := a.command
	if section == "command "+service {
		table = a.operation
	}
	if v, ok := table[name]; ok {
		table[name] = strings.TrimSpace(v + "\n" + line)
	}
}

func (r *run) topAlias(name string, rest []string) error {
	value := r.aliases.command[name]
	if shell, ok := strings.CutPrefix(value, "!"); ok {
		return r.shell(shell, rest)
	}
	r.aliases.expanding = append(r.aliases.expanding, name)
	left, err := r.expand(name, value, nil)
	if err != nil {
		return err
	}
	return r.command(append(left, rest...))
}

func (r *run) operationAlias(name, value string, rest []string) error {
	if shell, ok := strings.CutPrefix(value, "!"); ok {
		return r.shell(shell, rest)
	}
	delete(r.aliases.operation, name) // from here on the name means the built-in
	left, err := r.expand(name, value, []string{service})
	if err != nil {
		return err
	}
	return r.service(append(left, rest...))
}

// expand takes the global options out of an alias's words and puts them in force.
func (r *run) expand(name, value string, before []string) ([]string, error) {
	words, err := splitWords(value)
	if err != nil {
		return nil, pyvalue.Errorf("Value of alias \"%s\" could not be parsed. Received error: %v when parsing:\n%s",
			name, err, value)
	}
	debug, profile := r.given.Debug, r.given.Profile
	left, err := r.parseGlobals(append(before, words...))
	if err != nil {
		return nil, err
	}
	for option, changed := range map[string]bool{
		"debug": r.given.Debug != debug, "profile": r.given.Profile != profile,
	} {
		if changed {
			return nil, pyvalue.Errorf("Global parameter \"--%s\" detected in alias \"%s\" which is not support in subcommand "+
				"aliases.", option, name)
		}
	}
	return left, r.given.resolve()
}

// shell runs an alias that starts with !, with the further words behind it.
func (r *run) shell(line string, words []string) error {
	for _, w := range words {
		line += " " + quoteForShell(w)
	}
	cmd := exec.CommandContext(r.ctx, "/bin/sh", "-c", line)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = r.Stdin, r.Stdout, r.Stderr, r.Env
	err := cmd.Run()
	var left *exec.ExitError
	if errors.As(err, &left) {
		return exitStatus(left.ExitCode())
	}
	return err
}

func quoteForShell(word string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"
	if word != "" && strings.Trim(word, safe) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}
