package server

import (
	"errors"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What the YAML library says of keys and values in Go's words.
var (
	noField = regexp.MustCompile(`^(line \d+): field (.*) not found in type server\.\w+$`)
	noTime  = regexp.MustCompile("^(line \\d+): cannot unmarshal !!\\w+ `(.*)` into time\\.Duration$")
	noValue = regexp.MustCompile("^(line \\d+): cannot unmarshal !!\\w+ (?:`(.*)` )?into (\\S+)$")
)

// words are Go's types as the page of the configuration calls them.
var words = map[string]string{"string": "text", "int": "number", "bool": "true or false", "[]string": "list of texts",
	"server.Config": "block of keys", "server.Registry": "block of keys", "server.Limits": "block of keys"}

// readable says it in the words of the file.
func readable(err error) error {
	var all *yaml.TypeError
	if !errors.As(err, &all) {
		return err
	}
	lines := make([]string, len(all.Errors))
	for i, e := range all.Errors {
		lines[i] = readableLine(e)
	}
	return errors.New(strings.Join(lines, "; "))
}

func readableLine(text string) string {
	if m := noField.FindStringSubmatch(text); m != nil {
		return m[1] + ": there is no key " + m[2] + ": octroid config shows all keys, with their values"
	}
	if m := noTime.FindStringSubmatch(text); m != nil {
		return m[1] + ": " + m[2] + " is no time, as 30s, 10m or 24h"
	}
	if m := noValue.FindStringSubmatch(text); m != nil {
		word, ok := words[m[3]]
		if !ok {
			word = m[3]
		}
		if m[2] == "" {
			m[2] = "this"
		}
		return m[1] + ": " + m[2] + " is no " + word
	}
	return text
}
