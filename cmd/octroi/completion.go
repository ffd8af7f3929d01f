package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octroi/octroi/awscli"
	"github.com/octroi/octroi/awscli/manual"
)

const completionUsage = `usage: octroi completion bash|zsh|fish

Prints what makes the shell complete octroi's arguments:

    bash    octroi completion bash >~/.local/share/bash-completion/completions/octroi
    zsh     octroi completion zsh >~/.zfunc/_octroi      (a folder in $fpath)
    fish    octroi completion fish >~/.config/fish/completions/octroi.fish
`

// The scripts only ask "octroi complete WORD...", so that there is one place that knows what fits where, and a new
// program needs no new script. Where nothing fits they offer files.
const (
	bashCompletion = `_octroi() {
	local word rest
	COMPREPLY=()
	while IFS=$'\t' read -r word rest; do
		COMPREPLY+=("$word")
	done < <(octroi complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _octroi octroi
`
	zshCompletion = `#compdef octroi
_octroi() {
	local word rest
	local -a found
	while IFS=$'\t' read -r word rest; do
		found+=("${word//:/\\:}${rest:+:$rest}")
	done < <(octroi complete "${(@)words[2,CURRENT]}" 2>/dev/null)
	if (( $#found )); then
		_describe octroi found
	else
		_files
	fi
}
if [ "$funcstack[1]" = _octroi ]; then
	_octroi "$@"
else
	compdef _octroi octroi
fi
`
	fishCompletion = `function __octroi_complete
	set -l words (commandline -opc)
	set -l last (commandline -ct)
	set -l found (octroi complete $words[2..-1] "$last" 2>/dev/null)
	if set -q found[1]
		printf '%s\n' $found
	else
		__fish_complete_path "$last"
	end
end
complete -c octroi -f -a '(__octroi_complete)'
`
)

func (p process) completion(args []string) error {
	script := completionUsage
	switch {
	case len(args) != 1:
		return &usageError{"completion needs the name of a shell: bash, zsh or fish"}
	case args[0] == "bash":
		script = bashCompletion
	case args[0] == "zsh":
		script = zshCompletion
	case args[0] == "fish":
		script = fishCompletion
	case args[0] != "-h" && args[0] != "--help":
		return &usageError{fmt.Sprintf("completion knows bash, zsh and fish, not %q", args[0])}
	}
	_, err := fmt.Fprint(p.stdout, script)
	return err
}

// complete answers the shells' scripts: candidates for the last word, one a line, with a tab before what it means.
func (p process) complete(words []string) error {
	for _, c := range candidates(words) {
		if _, err := fmt.Fprintln(p.stdout, strings.TrimSuffix(c.Word+"\t"+c.Meaning, "\t")); err != nil {
			return err
		}
	}
	return nil
}

// candidates are awscli's, and our own commands with their options.
func candidates(words []string) []awscli.Candidate {
	if len(words) == 0 {
		return nil
	}
	last := words[len(words)-1]
	var own []awscli.Candidate
	switch {
	case len(words) == 1:
		own = []awscli.Candidate{
			{Word: "login", Meaning: "log docker, podman and helm in"}, {Word: "logout", Meaning: "forget a login"},
			{Word: "configure", Meaning: "make tools log in by themselves"}, {Word: "doctor", Meaning: "why a login does not work"},
			{Word: "completion", Meaning: "what makes the shell complete"}, {Word: "version", Meaning: "the version of octroi"},
		}
	case ownOptions(words[0]) != nil && strings.HasPrefix(last, "-"):
		for _, o := range ownOptions(words[0]) {
			name, _, _ := strings.Cut(o.Name, " ")
			own = append(own, awscli.Candidate{Word: name})
		}
	case words[0] == "configure" && len(words) == 2:
		own = []awscli.Candidate{{Word: "docker"}, {Word: "podman"}, {Word: "helm"}, {Word: "kubelet"}}
	case words[0] == "completion" && len(words) == 2:
		own = []awscli.Candidate{{Word: "bash"}, {Word: "zsh"}, {Word: "fish"}}
	}
	own = slices.DeleteFunc(own, func(c awscli.Candidate) bool { return !strings.HasPrefix(c.Word, last) })
	if slices.Contains([]string{"login", "logout", "configure", "doctor", "completion", "version"}, words[0]) && len(words) > 1 {
		return own
	}
	return append(own, awscli.Complete(words)...)
}

// ownOptions are the options of a command of ours.
func ownOptions(command string) []manual.Option {
	switch command {
	case "login":
		return manual.LoginOptions()
	case "logout":
		return manual.LogoutOptions()
	case "configure":
		return manual.ConfigureOptions()
	case "doctor":
		return manual.DoctorOptions()
	}
	return nil
}
