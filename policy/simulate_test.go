package policy_test

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
)

// TestSimulate compares with an evaluator that others wrote, as a process of its own: the npm package
// @cloud-copilot/iam-simulate, which is no part of this module. OCTROI_SIMULATE is the number of cases, and
// says that the package is there (make simulate installs it).
//
// Nothing may be allowed here that it denies. What is denied here and allowed there has to be explained by
// one of the differences that docs/divergences.md names; the others are counted.
func TestSimulate(t *testing.T) {
	cases, err := strconv.Atoi(os.Getenv("OCTROI_SIMULATE"))
	if err != nil {
		t.Skip("compared with the independent evaluator by make simulate")
	}
	ask := startSimulator(t)
	seed := rand.Uint64()
	t.Log("seed", seed)
	draw := source(rand.New(rand.NewPCG(seed, 0)).IntN)
	seen := map[string]int{}
	for asked := 0; asked < cases; {
		c := draw.simulation()
		sources, err := c.sources()
		if err != nil {
			seen["not accepted here"]++
			continue
		}
		asked++
		question := c.asked()
		d := policy.Evaluate(c.request, sources)
		theirs := ask(question)
		class := d.Effect.String() + " here, " + theirs + " there"
		if d.Allowed() && theirs != "Allowed" {
			t.Errorf("%s: %+v\n%s", class, d, question)
		}
		if !d.Allowed() && theirs == "Allowed" {
			why := c.explanation()
			if class += ", " + why; why == "" {
				t.Errorf("%s: %+v\n%s", class, d, question)
			}
		}
		seen[class]++
	}
	for _, class := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%7d %s", seen[class], class)
	}
}

// startSimulator starts the process.
func startSimulator(t *testing.T) func(question []byte) string {
	t.Helper()
	dir := filepath.Join("testdata", "simulate")
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(dir, "node_modules", "@cloud-copilot", "iam-simulate"))
	}
	if err != nil {
		t.Fatal("the independent evaluator is not installed: make simulate: ", err)
	}
	cmd := exec.Command(node, "simulate.mjs")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	lines := bufio.NewReader(out)
	return func(question []byte) string {
		fmt.Fprintf(in, "%s\n", question)
		answer, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(answer)
	}
}
