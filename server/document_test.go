package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	documentRow  = regexp.MustCompile(`^\| ([A-Z][0-9]{2}) \|`)
	untested     = regexp.MustCompile(`^\| \w+ \| [^|]+ \| none \| [^|]{20,} \|\n?$`) // with the reason
	documentTest = regexp.MustCompile("`([a-z0-9/-]+)\\.((?:Test|Fuzz)[A-Za-z0-9]+)(?:/([A-Za-z0-9_]+))?`")
)

// docs/security-tests.md has every row, without gaps, with a test or the reason why there is none; and every test that it
// names is there.
func TestSecurityDocument(t *testing.T) {
	rows := map[string]bool{}
	for l := range strings.Lines(readFile(t, "../docs/security-tests.md")) {
		id := documentRow.FindStringSubmatch(l)
		tests := documentTest.FindAllStringSubmatch(l, -1)
		if id != nil {
			rows[id[1]] = true
			if len(tests) == 0 && !untested.MatchString(strings.TrimSpace(l)) {
				t.Errorf("row %s names no test, and no reason", id[1])
			}
		}
		for _, test := range tests {
			exists(t, test)
		}
	}
	for letter, last := range map[string]int{"S": 40, "K": 20, "R": 44, "D": 20, "H": 22, "W": 36, "P": 24} {
		for n := 1; n <= last; n++ {
			if id := fmt.Sprintf("%s%02d", letter, n); !rows[id] {
				t.Errorf("row %s is missing", id)
			}
		}
	}
}

// exists looks for a test that a page names.
func exists(t *testing.T, test []string) {
	t.Helper()
	sources := testSources(t, filepath.Join("..", test[1]))
	if !strings.Contains(sources, "func "+test[2]+"(") {
		t.Errorf("%s has no %s", test[1], test[2])
	}
	script := filepath.Join("..", test[1], "testdata", "script", test[3]+".txtar")
	if _, err := os.Stat(script); test[3] != "" && err != nil && !strings.Contains(sources, `"`+test[3]) {
		t.Errorf("%s has no %s/%s", test[1], test[2], test[3])
	}
}

func testSources(t *testing.T, folder string) (all string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no tests: %v", folder, err)
	}
	for _, f := range files {
		all += readFile(t, f)
	}
	return all
}
