package server_test

import (
	"regexp"
	"strings"
	"testing"
)

var (
	reliabilityRow      = regexp.MustCompile("(?m)^\\| (RL[0-9]+) \\|.*`reliability` RL")
	reliabilityScenario = regexp.MustCompile(`(?m)^\t\{"(RL[0-9]+)", `)
)

// docs/security-tests.md has a row for every scenario of make reliability, and every row that names one is.
func TestReliabilityDocument(t *testing.T) {
	rows := map[string]bool{}
	for _, m := range reliabilityRow.FindAllStringSubmatch(readFile(t, "../docs/security-tests.md"), -1) {
		rows[m[1]] = true
	}
	table := readFile(t, "../reliability/main.go")
	for _, m := range reliabilityScenario.FindAllStringSubmatch(table, -1) {
		if m[1] != "RL0" && !rows[m[1]] {
			t.Errorf("scenario %s has no row", m[1])
		}
	}
	for id := range rows {
		if !strings.Contains(table, `{"`+id+`", `) {
			t.Errorf("row %s is no scenario", id)
		}
	}
}
