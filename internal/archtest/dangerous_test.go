package archtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// dangerous is who may import what can do more than its package says (X04): a package that is not in the list of an
// import may not have it.
var dangerous = map[string][]string{
	// starting programs: credential processes, docker's other helpers, the pager and aliases of the AWS CLI, octroi for
	// the helper; the demo; what only developers run. The service starts nothing.
	"os/exec": {"awsconfig", "credential", "awscli", "loan", "cmd/octroi", "cmd/docker-credential-octroi", "cmd/octroid",
		"bench", "reliability", "internal/mutation", "internal/release", "internal/fulldisk"},
	// memory behind the compiler's back: one call of Windows, without which the small binary would need a module; and one
	// of Linux that takes a filter of system calls, for what only developers run
	"unsafe": {"loan", "reliability"},
	// fields by name: members of the SDK's structs, which have no other list, and the names of settings, read only
	"reflect":        {"shape", "server"},
	"net/http/pprof": {},
	"expvar":         {},
	"plugin":         {},
	"C":              {},
	"net/rpc":        {},
	"net/http/cgi":   {},
}

// X04, of our own packages.
func TestHostileX04(t *testing.T) {
	each(t, func(path, pkg string, imports []string) {
		for _, imported := range imports {
			allowed, listed := dangerous[imported]
			if listed && !slices.ContainsFunc(allowed, func(a string) bool { return pkg == a || strings.HasPrefix(pkg, a+"/") }) {
				t.Errorf("%s imports %s, which only these may: %q", path, imported, allowed)
			}
		}
	})
}

// X04, of everything that is linked: no profiles that answer HTTP by themselves, no code loaded at run time, no C.
func TestHostileX04Linked(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, file := range []string{"go.mod", "go.sum"} { // go test remembers what a test read: the answer hangs on these
		if _, err := os.ReadFile(filepath.Join(root, file)); err != nil {
			t.Fatal(err)
		}
	}
	for _, system := range []string{"linux", "darwin", "windows"} {
		c := exec.Command("go", "list", "-deps", "./cmd/...")
		c.Dir, c.Env = root, append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
		text, err := c.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		linked := strings.Fields(string(text))
		if len(linked) < 100 {
			t.Fatalf("go list lists %d packages", len(linked))
		}
		for _, pkg := range []string{"net/http/pprof", "plugin", "runtime/cgo", "net/rpc", "net/http/cgi"} {
			if slices.Contains(linked, pkg) {
				t.Errorf("%s is linked on %s", pkg, system)
			}
		}
	}
}
