package difftest_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// original is the version that octroi behaves as; another one differs for reasons of its own.
const original = "aws-cli/2.9.19 "

// usualRuns is how many invocations `go test` tries, of all areas together.
const usualRuns = 60

// areas are what is made up, each with a generator.
var areas = map[string]func(*rapid.T) invocation{
	"grammar":    grammarCase,
	"expression": expressionCase,
	"input":      inputCase,
	"answer":     answerCase,
	"setting":    settingCase,
}

// TestMain settles how many runs there are. The usual few are the same ones each time: a test that fails once in a
// while, on somebody else's change, helps nobody.
func TestMain(m *testing.M) {
	flag.Parse()
	runs, seed := usualRuns, "1"
	if text := os.Getenv("OCTROI_DIFF_RUNS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			fmt.Fprintf(os.Stderr, "OCTROI_DIFF_RUNS=%s is no number\n", text)
			os.Exit(2)
		}
		runs, seed = n, "0"
	}
	settings := map[string]string{
		"rapid.checks": strconv.Itoa(max(1, runs/len(areas))), "rapid.seed": seed, "rapid.nofailfile": "true",
	}
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range settings {
		if !given[name] {
			flag.Set(name, value)
		}
	}
	os.Exit(m.Run())
}

func TestSameAsAWS(t *testing.T) {
	aws, ours := findAWS(t), program(build(t))
	original, forking := accelerate(t, aws)
	if forking {
		t.Run("forks", func(t *testing.T) { forksAreTheProgram(t, program(aws), original) })
	}
	for name, generate := range areas {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where := newPlace(t)
			rapid.Check(t, func(t *rapid.T) {
				c := rapid.Custom(generate).Draw(t, "invocation")
				want, got, err := where.runBoth(c, original, ours)
				if err != nil {
					t.Fatal(err)
				}
				if d := difference(c, want, got); d != "" {
					t.Fatalf("%s\n%s", c, d)
				}
			})
		})
	}
}

// forksAreTheProgram holds the forking AWS CLI against the one that is started: it must not matter which.
func forksAreTheProgram(t *testing.T, aws, forked subject) {
	where := newPlace(t)
	for _, c := range []invocation{
		{Args: command("get-authorization-token", "--output", "yaml")},
		{Args: command("get-login-password"), Env: map[string]string{"TZ": "Asia/Tokyo"}},
		{Args: command("get-authorization-token", "--query", "[")},
	} {
		want, got, err := where.runBoth(c, aws, forked)
		if err != nil {
			t.Fatal(err)
		}
		if d := difference(c, want, got); d != "" {
			t.Errorf("%s\n%s", c, d)
		}
	}
}

// findAWS is the path of the original; without it there is nothing to test.
func findAWS(t *testing.T) string {
	found := "no aws"
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin") {
		path := filepath.Join(folder, "aws")
		text, err := exec.Command(path, "--version").CombinedOutput()
		switch {
		case err != nil:
		case strings.HasPrefix(string(text), original):
			return path
		default:
			found = strings.TrimSpace(string(text))
		}
	}
	message := fmt.Sprintf("%sis not installed (%s): apt install awscli, on Debian 12", original, found)
	if os.Getenv("CI") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// accelerate replaces Debian's AWS CLI by processes that fork, which is several times faster: one for the usual few
// runs, and one a core for many.
func accelerate(t *testing.T, aws string) (original subject, forking bool) {
	if aws != "/usr/bin/aws" || exec.Command("/usr/bin/python3", "-c", "import awscli.clidriver").Run() != nil {
		return program(aws), false
	}
	processes := 1
	if os.Getenv("OCTROI_DIFF_RUNS") != "" {
		processes = min(runtime.GOMAXPROCS(0), len(areas))
	}
	pool := make(pool, processes)
	for range processes {
		f, err := startForks()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(f.stop)
		pool <- f
	}
	return pool, true
}

func build(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "octroi")
	if text, err := exec.Command("go", "build", "-o", path, "../../cmd/octroi").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	return path
}

func newPlace(t *testing.T) place {
	e, err := newEndpoint()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.listener.Close() })
	return place{home: t.TempDir(), endpoint: e}
}
