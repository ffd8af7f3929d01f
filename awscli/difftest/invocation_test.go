package difftest_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// The keys that the two programs sign with.
const (
	keyID     = "AKIAEXAMPLEEXAMPLE22"
	secretKey = "secretcanary/secretcanarysecretcanary00"
)

// invocation is one run. In arguments, variables and files {ENDPOINT} stands for the endpoint's URL, {HOST} for its
// host and port, and {HOME} for the home folder.
type invocation struct {
	Args    []string
	Env     map[string]string // beside the usual ones
	Files   map[string]string // by path below the home folder
	Answers []answer          // the last one repeats
}

// String is the invocation as Go's test output should show it, one fact a line.
func (c invocation) String() string {
	out := fmt.Sprintf("args    %q\n", c.Args)
	for _, k := range slices.Sorted(maps.Keys(c.Env)) {
		out += fmt.Sprintf("env     %s=%q\n", k, c.Env[k])
	}
	for _, k := range slices.Sorted(maps.Keys(c.Files)) {
		out += fmt.Sprintf("file    %s: %q\n", k, c.Files[k])
	}
	for _, a := range c.Answers {
		out += fmt.Sprintf("answer  %d %q %q %s\n", a.Status, a.Header, a.Body, a.Fault)
	}
	return out
}

// place is where both programs run, one after the other.
type place struct {
	home string
	*endpoint
}

func (p place) fill(text string) string {
	return strings.NewReplacer("{ENDPOINT}", p.url, "{HOST}", p.host, "{HOME}", p.home).Replace(text)
}

// prepare empties the home folder, writes the files anew and forgets the last run's requests.
func (p place) prepare(c invocation) (args, env []string, err error) {
	entries, err := os.ReadDir(p.home)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(p.home, e.Name())); err != nil {
			return nil, nil, err
		}
	}
	for path, content := range c.Files {
		path = filepath.Join(p.home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, nil, err
		}
		if err := os.WriteFile(path, []byte(p.fill(content)), 0o600); err != nil {
			return nil, nil, err
		}
	}
	p.play(c.Answers)
	for _, a := range c.Args {
		args = append(args, p.fill(a))
	}
	all := map[string]string{
		"HOME": p.home, "PATH": "/usr/bin:/bin", "TZ": "UTC", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ACCESS_KEY_ID": keyID, "AWS_SECRET_ACCESS_KEY": secretKey, "AWS_REGION": "us-east-1",
		"HTTP_PROXY": "{ENDPOINT}", "HTTPS_PROXY": "{ENDPOINT}", "NO_PROXY": "127.0.0.1",
	}
	maps.Copy(all, c.Env)
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if all[k] != unset {
			env = append(env, k+"="+p.fill(all[k]))
		}
	}
	return args, env, nil
}

// unset as a variable's value takes a usual variable away.
const unset = "\x00"

// token is a good answer to everything.
var token = answer{Status: 200, Body: `{"authorizationData":{"authorizationToken":"QVdTOnB3","expiresAt":1735732800.123}}`}

// command is the usual invocation with further arguments.
func command(operation string, args ...string) []string {
	return append([]string{"ecr-public", operation, "--endpoint-url", "{ENDPOINT}"}, args...)
}

func pick(t *rapid.T, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, "pick") }

// often is true in so many of a hundred cases; a failing case is made smaller towards false.
func often(t *rapid.T, percent int) bool {
	return rapid.IntRange(1, 100).Draw(t, strconv.Itoa(percent)+" %") > 100-percent
}

// mutate changes a text in a few places: what parsers must refuse is near what they must take.
func mutate(t *rapid.T, text, alphabet string) string {
	runes := []rune(text)
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		at := rapid.IntRange(0, len(runes)).Draw(t, "at")
		switch letter := []rune(alphabet)[rapid.IntRange(0, len([]rune(alphabet))-1).Draw(t, "letter")]; {
		case at == len(runes) || often(t, 40):
			runes = slices.Insert(runes, at, letter)
		case often(t, 50):
			runes = slices.Delete(runes, at, at+1)
		default:
			runes[at] = letter
		}
	}
	return string(runes)
}
