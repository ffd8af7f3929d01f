// Package archtest holds the import table: who may import whom. A new edge is a design change, and is argued in the
// commit that adds it here.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/octroi/octroi/"

// mayImport is the table: for each package the packages of this module that it may import. A package that is not
// here has no place yet; packages below a listed one share its row.
var mayImport = map[string][]string{
	// words and rules: the standard library only, no I/O
	"internal/strictjson": {},
	"internal/cgroup":     {},
	"internal/version":    {},
	"budget":              {},
	"principal":           {},
	"policy":              {"internal/strictjson", "policy/condition", "policy/party", "policy/pattern", "principal"},
	"policy/condition":    {"internal/strictjson", "policy/pattern"},
	"policy/party":        {"policy/condition", "principal"},
	"policy/pattern":      {"internal/strictjson"},
	"sigv4":               {"principal"},
	"token":               {"principal"},

	// the wire: client and service both use it
	"shape": {"internal/strictjson"},

	// the service
	"store":       {"policy", "principal"},
	"audit":       {"internal/strictjson"},
	"metric":      {"audit"},
	"session":     {"policy", "principal", "store", "token"},
	"access":      {"audit", "policy", "principal", "session", "store"},
	"backup":      {"audit", "store"},
	"issuer":      {"access", "policy", "principal", "session", "store", "token"},
	"webidentity": {"internal/strictjson"},
	"identity":    {"access", "audit", "policy", "principal", "session", "store", "token", "webidentity"},
	"endpoint":    {"access", "budget", "identity", "internal/strictjson", "issuer", "principal", "session", "shape", "sigv4", "store"},
	"registry":    {"access", "budget", "internal/strictjson", "issuer", "policy", "principal", "registry", "store"},
	"server":      {"access", "audit", "backup", "budget", "endpoint", "identity", "internal/strictjson", "issuer", "metric", "policy", "principal", "registry", "sigv4", "store", "token", "webidentity"},
	"servertest":  {"policy", "principal", "server", "store"},
	"cmd/octroid": {"audit", "backup", "internal/cgroup", "internal/priority", "internal/version", "issuer", "policy", "principal", "server", "store", "webidentity"},

	// the client: never imports the service
	"internal/pyvalue":  {},
	"internal/yamlcore": {},
	"hosts":             {},
	"loan":              {"hosts"},
	"kubelet":           {"hosts", "internal/strictjson", "loan"},
	"wire":              {"principal"},
	"awsconfig":         {"principal", "wire"},
	"awscli":            {"awscli", "internal/pyvalue", "internal/yamlcore", "shape"},
	"configfile":        {"hosts"},
	"credential":        {"awsconfig", "hosts", "loan", "principal", "wire"},
	"doctor":            {"awsconfig", "configfile", "credential", "hosts", "wire"},
	"cmd/octroi":        {"awscli", "awsconfig", "configfile", "credential", "doctor", "hosts", "internal/version", "kubelet", "loan", "wire"},

	"cmd/docker-credential-octroi": {"hosts", "internal/version", "kubelet", "loan"},

	"bench":               {"*"},
	"reliability":         {"*"},
	"internal/archtest":   {},
	"internal/fulldisk":   {},
	"internal/mutation":   {},
	"internal/priority":   {},
	"internal/release":    {},
	"internal/testissuer": {},
}

// standardOnly are the packages that import nothing but the standard library beside their row.
var standardOnly = []string{"internal/strictjson", "principal", "policy", "policy/condition", "policy/party", "policy/pattern", "sigv4", "token", "audit", "hosts", "loan", "kubelet", "cmd/docker-credential-octroi"}

// row is the table's row for a package: its own, or that of the nearest package above it.
func row(pkg string) (name string, allowed []string, ok bool) {
	for name = pkg; name != "."; name = filepath.Dir(name) {
		if allowed, ok = mayImport[name]; ok {
			return name, allowed, true
		}
	}
	return pkg, nil, false
}

func TestImports(t *testing.T) {
	each(t, func(path, pkg string, imports []string) { check(t, path, pkg, imports) })
}

// each calls do for every source file that is no test, with its package and what it imports.
func each(t *testing.T, do func(path, pkg string, imports []string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skip(root, path, d)
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			do(path, filepath.Dir(rel), imports(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func imports(t *testing.T, path string) (all []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, imported)
	}
	return all
}

// skip leaves out hidden folders, test data and nested modules.
func skip(root, path string, d fs.DirEntry) error {
	if path == root {
		return nil
	}
	if strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "bin" || d.Name() == "dist" {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

func check(t *testing.T, path, pkg string, imports []string) {
	name, allowed, ok := row(pkg)
	if !ok {
		t.Errorf("package %s has no row in the import table", pkg)
		return
	}
	for _, imported := range imports {
		own, ours := strings.CutPrefix(imported, module)
		switch {
		case ours && !permitted(own, allowed):
			t.Errorf("%s imports %s, which the row of %s does not allow", path, own, name)
		case !ours && slices.Contains(standardOnly, name) && strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
			t.Errorf("%s imports %s: %s uses the standard library only", path, imported, name)
		}
	}
}

func permitted(imported string, allowed []string) bool {
	for _, a := range allowed {
		if a == "*" || imported == a || strings.HasPrefix(imported, a+"/") {
			return true
		}
	}
	return false
}
