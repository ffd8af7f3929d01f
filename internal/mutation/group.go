package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// group is packages that are mutated together, and the package whose tests are theirs.
type group struct {
	tests    string
	packages []string
}

var groups = []group{
	{"token", []string{"token"}},
	{"sigv4", []string{"sigv4"}},
	{"policy", []string{"policy", "policy/condition", "policy/party", "policy/pattern"}},
}

// built is a group's test binary with all its mutants.
type built struct {
	group
	binary  string
	mutants []mutant
}

// build writes the mutated sources below dir, and builds the tests over them.
func (g group) build(dir string) (built, error) {
	b := built{group: g, binary: filepath.Join(dir, g.tests+".test")}
	replace := map[string]string{}
	for _, p := range g.packages {
		if err := b.mutatePackage(p, dir, replace); err != nil {
			return b, err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return b, err
	}
	list := filepath.Join(dir, g.tests+".json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return b, err
	}
	out, err := exec.Command("go", "test", "-c", "-overlay", list, "-o", b.binary, "./"+g.tests).CombinedOutput()
	if err != nil {
		return b, fmt.Errorf("building the mutants of %s: %w\n%s", g.tests, err, out)
	}
	return b, nil
}

func (b *built) mutatePackage(p, dir string, replace map[string]string) error {
	files, err := filepath.Glob(filepath.Join(p, "*.go"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("no sources in %s: run this from the root of the module", p))
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	put := func(name string, text []byte) error {
		to := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		replace[filepath.Join(root, name)] = to
		return os.WriteFile(to, text, 0o600)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		count := len(b.mutants)
		mutated, found, err := mutate(name, text, func() int { count++; return count })
		if err != nil {
			return err
		}
		b.mutants = append(b.mutants, found...)
		if err := put(name, mutated); err != nil {
			return err
		}
	}
	return put(filepath.Join(p, "octroi_mutant.go"), []byte(fmt.Sprintf(chooser, filepath.Base(p), variable)))
}

// chooser is the file that reads which mutant a process is: 0 for none.
const chooser = `package %s

import (
	"os"
	"strconv"
)

var %s, _ = strconv.Atoi(os.Getenv("OCTROI_MUTANT"))
`

// survives runs the tests with one mutant. A test that does not end has noticed it.
func (b built) survives(id int, limit time.Duration) bool {
	cmd := exec.Command(b.binary, "-test.short", "-test.failfast", "-test.timeout", limit.String())
	cmd.Dir = b.tests
	cmd.Env = append(os.Environ(), fmt.Sprintf("OCTROI_MUTANT=%d", id))
	return cmd.Run() == nil
}
