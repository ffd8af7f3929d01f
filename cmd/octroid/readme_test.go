package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command of README.md stands in a script too, after "# README: ", with what proves it below.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
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
		}
	}
	for _, command := range commandsOf(string(readme)) {
		if !tested[command] {
			t.Errorf("no script shows this command of README.md: %s", command)
		}
	}
}

// commandsOf are the lines of a document's sh blocks, without their comments.
func commandsOf(document string) (commands []string) {
	inside := false
	for line := range strings.Lines(document) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			inside = line == "```sh"
			continue
		}
		command, _, _ := strings.Cut(line, "  #")
		if command = strings.TrimSpace(command); inside && command != "" {
			commands = append(commands, command)
		}
	}
	return commands
}
