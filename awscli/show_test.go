package awscli_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/octroi/octroi/awscli"
)

// Which pager runs: only on a terminal, and by whose word.
func TestPager(t *testing.T) {
	text := func(s string) *string { return &s }
	const plain = "\"QVdTOnB3\"\n"
	for _, c := range []struct {
		name    string
		columns int
		setting *string
		env     string
		option  string
		want    string
	}{
		{"no terminal", 0, text("sed s/^/>/"), "", "", plain},
		{"a setting", 80, text("sed s/^/>/"), "PAGER=cat", "", ">" + plain},
		{"the setting says none", 80, text(""), "PAGER=sed s/^/>/", "", plain},
		{"PAGER", 80, nil, "PAGER=sed 's/^/> /'", "", "> " + plain},
		{"PAGER says none", 80, nil, "PAGER=", "", plain},
		{"not wanted", 80, text("sed s/^/>/"), "", "--no-cli-pager", plain},
	} {
		s := setup{columns: c.columns}
		s.service.settings.Pager = c.setting
		if c.env != "" {
			s.env = []string{c.env}
		}
		args := []string{"ecr-public", "get-authorization-token", "--query", "authorizationData.authorizationToken"}
		if c.option != "" {
			args = append(args, c.option)
		}
		if got := s.run(t, args...); got != (outcome{0, c.want, ""}) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestPagerIsMissing(t *testing.T) {
	missing := "no-such-pager --x"
	s := setup{columns: 80}
	s.service.settings.Pager = &missing
	got := s.run(t, "ecr-public", "get-authorization-token")
	const want = "\nUnable to redirect output to pager. Received the following error when opening pager:\n[Errno 2] No such file or " +
		"directory: 'no-such-pager'\n\nLearn more about configuring the output pager by running \"aws help config-vars\".\n"
	if got != (outcome{253, "", want}) {
		t.Error(got)
	}
	if got := s.run(t, "ecr-public", "get-login-password"); got != (outcome{0, "pw\n", ""}) {
		t.Errorf("a password goes through no pager: %v", got)
	}
	if got := s.run(t, "ecr-public", "get-authorization-token", "--output", "off"); got != (outcome{0, "", ""}) {
		t.Errorf("nothing to show starts no pager: %v", got)
	}
}

// full is an output that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestBrokenOutput(t *testing.T) {
	var stderr strings.Builder
	exit := awscli.Program{
		Args: []string{"ecr-public", "get-login-password"}, Stdout: full{}, Stderr: &stderr,
		Backend: &service{body: answer},
	}.Run(context.Background())
	if exit != 120 || stderr.String() == "" {
		t.Errorf("exit %d, %q", exit, &stderr)
	}
}

func TestAliases(t *testing.T) {
	s := setup{home: t.TempDir()}
	file(t, s.home, ".aws/cli/alias", `
# a comment
[toplevel]
hi = !echo hello
fail = !exit 7
args = !f() { echo "$2"; }; f
token = ecr-public get-authorization-token --output text
quoted = ecr-public get-authorization-token --query 'authorizationData.[authorizationToken]'

[command ecr-public]
tok = get-authorization-token --output text
	--query authorizationData.authorizationToken
get-login-password = get-login-password --region r
bang = !echo sub
`)
	for _, c := range []struct {
		line string
		want outcome
	}{
		{"hi", outcome{0, "hello\n", ""}},
		{"hi there", outcome{0, "hello there\n", ""}},
		{"fail", outcome{7, "", ""}},
		{"token", outcome{0, textAnswer, ""}},
		{"token --output json --query authorizationData.authorizationToken", outcome{0, "QVdTOnB3\n", ""}}, // its own count
		{"quoted --output json", outcome{0, "[\n    \"QVdTOnB3\"\n]\n", ""}},
		{"ecr-public tok", outcome{0, "QVdTOnB3\n", ""}},
		{"ecr-public get-login-password", outcome{0, "pw\n", ""}},
		{"ecr-public bang", outcome{0, "sub\n", ""}},
	} {
		if got := s.run(t, strings.Fields(c.line)...); got != c.want {
			t.Errorf("%s: got %v, want %v", c.line, got, c.want)
		}
	}
	if got := s.run(t, "args", "a b", "c'd $HOME"); got != (outcome{0, "c'd $HOME\n", ""}) {
		t.Errorf("words are quoted for the shell: %v", got)
	}
	file(t, s.home, ".aws/cli/alias", "[toplevel]\necr-public = ecr-public --query authorizationData.authorizationToken\n")
	if got := s.run(t, "ecr-public", "get-authorization-token"); got != (outcome{0, "\"QVdTOnB3\"\n", ""}) {
		t.Errorf("an alias of a command's own name: %v", got)
	}
	file(t, s.home, ".aws/cli/alias", "[toplevel]\nbroken = ecr-public 'x\ndebugging = ecr-public --debug x\n")
	for _, line := range []string{"broken", "debugging"} {
		if got := s.run(t, line); got.exit != 255 || got.stdout != "" {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func TestHelp(t *testing.T) {
	failing := setup{service: service{clientErr: errors.New("no region")}}
	for _, line := range []string{"help", "ecr-public help", "ecr-public get-authorization-token help",
		"ecr-public get-authorization-token --output text help more", "ecr-public get-login-password help"} {
		got := failing.run(t, strings.Fields(line)...)
		if got.exit != 0 || got.stderr != "" {
			t.Errorf("%s: %v", line, got)
		}
		for _, section := range []string{"NAME\n", "\nDESCRIPTION\n"} {
			if !strings.Contains("\n"+got.stdout, section) {
				t.Errorf("%s: no %q", line, section)
			}
		}
		for l := range strings.Lines(got.stdout) {
			if len(l) > 81 {
				t.Errorf("%s: a long line: %q", line, l)
			}
		}
	}
	page := failing.run(t, "ecr-public", "get-authorization-token", "help").stdout
	for _, section := range []string{"NAME", "DESCRIPTION", "SYNOPSIS", "OPTIONS", "GLOBAL OPTIONS", "EXAMPLES", "OUTPUT"} {
		if !strings.Contains("\n"+page, "\n"+section+"\n") {
			t.Errorf("the page has no %s", section)
		}
	}
}
