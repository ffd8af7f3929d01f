package main

import (
	"bufio"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed equivalent.txt
var equivalent string

type options struct {
	only, match string
	parallel    int
	limit       time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "the groups to mutate, comma between: token, sigv4, policy")
	flag.StringVar(&o.match, "match", "", "only mutants whose key holds this text")
	flag.IntVar(&o.parallel, "parallel", 2, "how many mutants are tested at once")
	flag.DurationVar(&o.limit, "limit", 2*time.Minute, "how long the tests of a mutant may take")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, o options) error {
	known, err := readEquivalent(equivalent)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "octroi-mutation-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bad := 0
	for _, g := range groups {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), g.tests) {
			continue
		}
		b, err := g.build(dir)
		if err != nil {
			return err
		}
		if !b.survives(0, o.limit) {
			return fmt.Errorf("the tests of %s fail without any mutant: go test -short ./%s", g.tests, g.tests)
		}
		bad += judge(out, b, o, known)
	}
	if bad > 0 {
		return fmt.Errorf("%d lines above: write the test that fails, or add the key and its reason to internal/mutation/equivalent.txt", bad)
	}
	return nil
}

// judge tests the mutants of a group and prints what is wrong with them.
func judge(out io.Writer, b built, o options, known map[string]string) (bad int) {
	b.mutants = slices.DeleteFunc(b.mutants, func(m mutant) bool { return !strings.Contains(m.key(), o.match) })
	survived := b.test(o)
	seen := map[string]bool{}
	for i, m := range b.mutants {
		if !survived[i] {
			continue
		}
		seen[m.key()] = true
		if known[m.key()] == "" {
			bad++
			fmt.Fprintf(out, "%s:%d survives: %s\n", m.file, m.line, m.key())
		}
	}
	for _, m := range b.mutants {
		if known[m.key()] != "" && !seen[m.key()] {
			seen[m.key()] = true
			bad++
			fmt.Fprintf(out, "%s:%d does not survive, and is listed: %s\n", m.file, m.line, m.key())
		}
	}
	count := 0
	for _, s := range survived {
		if s {
			count++
		}
	}
	fmt.Fprintf(out, "%s: %d mutants, %d survive\n", b.tests, len(b.mutants), count)
	return bad
}

// test runs every mutant; the answers are in the order of the mutants.
func (b built) test(o options) []bool {
	survived := make([]bool, len(b.mutants))
	work := make(chan int)
	var wg sync.WaitGroup
	for range max(1, o.parallel) {
		wg.Go(func() {
			for i := range work {
				survived[i] = b.survives(b.mutants[i].id, o.limit)
			}
		})
	}
	for i := range b.mutants {
		work <- i
	}
	close(work)
	wg.Wait()
	return survived
}

// readEquivalent reads "key: reason" lines: a tab stands between the two.
func readEquivalent(text string) (map[string]string, error) {
	known := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, reason, found := strings.Cut(line, "\t")
		if !found || strings.TrimSpace(reason) == "" {
			return nil, errors.New("equivalent.txt: want the key, a tab and the reason: " + line)
		}
		known[key] = strings.TrimSpace(reason)
	}
	return known, lines.Err()
}
