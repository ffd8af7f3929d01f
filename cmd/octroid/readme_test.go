package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var clientCondition = regexp.MustCompile(`^\[client:[a-z]+\] `)

// Every command of README.md, docs/clients.md and docs/operating.md stands in a script too: after "follow", which runs
// it as it is, or after "# README: ", with what proves it below.
func TestReadme(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{"make demo": true, "make test": true} // what runs this
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if command, ok := strings.CutPrefix(strings.TrimSpace(line), "# README: "); ok {
				tested[command] = true
			}
			if command, ok := strings.CutPrefix(clientCondition.ReplaceAllString(line, ""), "follow '"); ok {
				command, _, _ = strings.Cut(command, "'\n")
				tested[strings.ReplaceAll(command, "''", "'")] = true
			}
		}
	}
	for _, path := range []string{"../../README.md", "../../docs/clients.md", "../../docs/operating.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range commandsOf(string(text)) {
			if !tested[command] {
				t.Errorf("no script shows this command of %s: %s", path, command)
			}
		}
	}
}

// The configuration of docs/operating.md is the one that the script serves with.
func TestOperatingConfiguration(t *testing.T) {
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/script/operating.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	if block == "" || !strings.Contains(string(script), "-- octroid/octroid.yaml --\n"+block) {
		t.Errorf("the script's octroid.yaml is not the page's:\n%s", block)
	}
}

// commandsOf are the lines of a document's sh blocks, without their comments, and the commands of CI jobs in its yaml
// blocks.
func commandsOf(document string) (commands []string) {
	block := ""
	for line := range strings.Lines(document) {
		line = strings.TrimSpace(line)
		if kind, ok := strings.CutPrefix(line, "```"); ok {
			block = kind
			continue
		}
		command, _, _ := strings.Cut(line, "  #")
		command = strings.TrimSpace(command)
		if block == "yaml" {
			command = jobCommand(command)
		}
		if (block == "sh" || block == "yaml") && command != "" {
			commands = append(commands, command)
		}
	}
	return commands
}

// jobCommand is the command of a GitHub step or a line of a GitLab script, or "".
func jobCommand(line string) string {
	if command, ok := strings.CutPrefix(line, "- run: "); ok {
		return command
	}
	command, ok := strings.CutPrefix(line, "- ")
	for _, program := range []string{"octroi ", "docker ", "(umask "} {
		if ok && strings.HasPrefix(command, program) {
			return command
		}
	}
	return ""
}
