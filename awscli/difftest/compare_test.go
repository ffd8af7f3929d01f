package difftest_test

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// Exit codes whose messages are the AWS CLI's own. The others' are often words of the Python runtime: of these it only
// counts that something is said.
const (
	usageError         = 252
	configurationError = 253
	serviceError       = 254
)

// difference tells how two results differ, or "".
func difference(c invocation, want, got result) string {
	if intended(c, want, got) {
		return ""
	}
	var out []string
	if want.Exit != got.Exit {
		out = append(out, fmt.Sprintf("exit: want %d, got %d", want.Exit, got.Exit))
	}
	if a, b := string(want.Stdout), string(got.Stdout); a != b && !isVersion(a, b) {
		out = append(out, fmt.Sprintf("stdout:\n want %q\n got  %q", a, b))
	}
	if !sameWords(c, want, got) {
		out = append(out, fmt.Sprintf("stderr:\n want %q\n got  %q", want.Stderr, got.Stderr))
	}
	if d := cmp.Diff(wires(want.Requests), wires(got.Requests)); d != "" {
		out = append(out, "requests:\n"+d)
	}
	if out != nil && (want.Exit == 255 || got.Exit == 255 || want.Exit != got.Exit) {
		out = append(out, fmt.Sprintf("(stderr: %q, %q)", want.Stderr, got.Stderr))
	}
	return strings.Join(out, "\n")
}

func sameWords(c invocation, want, got result) bool {
	switch {
	case debugs(c):
		return true
	case want.Exit == got.Exit && (want.Exit == usageError || want.Exit == configurationError || want.Exit == serviceError):
		return string(want.Stderr) == string(got.Stderr)
	}
	return (len(want.Stderr) == 0) == (len(got.Stderr) == 0)
}

// debugs: then everything is full of one's own words.
func debugs(c invocation) bool {
	for _, a := range c.Args {
		if len(a) > 2 && strings.HasPrefix("--debug", a) {
			return true
		}
	}
	return false
}

// isVersion: of --version only the form is the same.
func isVersion(a, b string) bool {
	const product = "aws-cli/2.9.19 Python/"
	return strings.HasPrefix(a, product) && strings.HasPrefix(b, product) && strings.Count(b, "\n") == 1
}

// wires are requests without what is different in each run: the moment, and the signature that depends on it.
func wires(requests []request) (out [][]string) {
	for _, r := range requests {
		if r.isConnect() {
			out = append(out, strings.Fields(r.line)[:2])
			continue
		}
		lines := []string{r.line}
		for _, h := range r.header {
			lines = append(lines, plain(h))
		}
		out = append(out, append(lines, r.body))
	}
	return out
}

var (
	moment    = regexp.MustCompile(`\b\d{8}T\d{6}Z\b`)
	scopeDay  = regexp.MustCompile(`/\d{8}/`)
	signature = regexp.MustCompile(`Signature=[0-9a-f]{64}$`)
	agent     = regexp.MustCompile(`^User-Agent: aws-cli/2\.9\.19 .*?((?: exec-env/\S+)?)(?: source/\S+)? prompt/off`)
)

// plain writes a header's line so that it is the same in both programs.
func plain(line string) string {
	line = moment.ReplaceAllString(line, "<moment>")
	line = scopeDay.ReplaceAllString(line, "/<day>/")
	line = signature.ReplaceAllString(line, "Signature=<hex>")
	return agent.ReplaceAllString(line, "User-Agent: <product>$1 prompt/off")
}
