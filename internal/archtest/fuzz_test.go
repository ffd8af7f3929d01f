package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reads is how functions are called here that make something of a text or of bytes.
var reads = regexp.MustCompile(`^(?i:parse|decode|unpack|unmarshal|decompile|inflate)`)

// fuzzedElsewhere are packages whose readers another package's targets go through, or that nobody outside can reach.
var fuzzedElsewhere = map[string]string{
	"policy/condition": "policy: FuzzParse, FuzzLiteral",
	"policy/party":     "policy: FuzzParse",
	"cmd/octroi":       "the user's own arguments; what they name is read by hosts and credential",
}

// A package that reads has a fuzz target; and a target has a corpus that is committed, and stands in
// docs/security-tests.md.
func TestFuzzTargets(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "security-tests.md"))
	if err != nil {
		t.Fatal(err)
	}
	readers, targets := map[string]string{}, map[string][]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(root, path, d)
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		for _, name := range functions(t, path) {
			switch test := strings.HasSuffix(path, "_test.go"); {
			case test && strings.HasPrefix(name, "Fuzz"):
				targets[pkg] = append(targets[pkg], name)
			case !test && reads.MatchString(name):
				readers[pkg] = name
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg, name := range readers {
		if len(targets[pkg]) == 0 && fuzzedElsewhere[pkg] == "" {
			t.Errorf("package %s reads (%s) and has no fuzz target", pkg, name)
		}
	}
	for pkg, names := range targets {
		for _, name := range names {
			if all, err := os.ReadDir(filepath.Join(root, pkg, "testdata", "fuzz", name)); err != nil || len(all) == 0 {
				t.Errorf("%s.%s has no corpus: make fuzz, then .ci/corpus", pkg, name)
			}
			if !strings.Contains(string(page), "`"+pkg+"."+name+"`") {
				t.Errorf("docs/security-tests.md does not name %s.%s", pkg, name)
			}
		}
	}
}

// functions are the names of a file's functions and methods.
func functions(t *testing.T, path string) (names []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && !slices.Contains(names, fn.Name.Name) {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}
