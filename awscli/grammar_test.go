package awscli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/awscli"
)

const textAnswer = "AUTHORIZATIONDATA\tQVdTOnB3\t2025-01-01T12:00:00.500000+00:00\n"

// Where options may stand, and how they may be written.
func TestGrammarAccepts(t *testing.T) {
	for _, line := range []string{
		"ecr-public get-authorization-token --output text",
		"--output text ecr-public get-authorization-token",
		"ecr-public --output text get-authorization-token",
		"--output=text ecr-public get-authorization-token",
		"--o text ecr-public get-authorization-token",
		"--outp=text ecr-public get-authorization-token",
		"--output json ecr-public --output yaml get-authorization-token --output text",
		"--output text ecr-public get-authorization-token --",
		"ecr-public get-authorization-token --output text --no-v --no-cli-p --no-pag",
		"ecr-public get-authorization-token --output text --cli-input-j {}",
		"ecr-public get-authorization-token --output text --cli-read -1",
	} {
		want := outcome{0, textAnswer, ""}
		got := run(t, strings.Fields(line)...)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}

// What is said about a wrong command line. An empty want is the whole complaint of a parser, below the usage.
func TestGrammarRefuses(t *testing.T) {
	const outputs = "argument --output: Invalid choice, valid choices are:\n\n" +
		"json                                     | text                                    \n" +
		"table                                    | yaml                                    \n" +
		"yaml-stream                             \n"
	const command = "ecr-public get-authorization-token "
	for _, c := range []struct{ line, want string }{
		{"", "aws: error: the following arguments are required: command\n\n"},
		{"ecr-public", "aws: error: the following arguments are required: operation\n\n"},
		{command + "--output", "aws: error: argument --output: expected one argument\n\n"},
		{command + "--output --query a", "aws: error: argument --output: expected one argument\n\n"},
		{command + "--query -x", "aws: error: argument --query: expected one argument\n\n"},
		{command + "--output xml", "aws: error: " + outputs + "\n"},
		{command + "--output tables", "aws: error: " + outputs + "\n\nInvalid choice: 'tables', maybe you meant:\n\n  * table\n\n"},
		{command + "--no-verify-ssl=x", "aws: error: argument --no-verify-ssl: ignored explicit argument 'x'\n\n"},
		{command + "--version=1", "aws: error: argument --version: ignored explicit argument '1'\n\n"},
		{command + "--no-cli", "aws: error: ambiguous option: --no-cli could match --no-cli-pager, --no-cli-auto-prompt\n\n"},
		{command + "--cli-input x", "aws: error: ambiguous option: --cli-input could match --cli-input-json, --cli-input-yaml\n\n"},
		{command + "--cli x", "aws: error: ambiguous option: --cli could match --cli-read-timeout, --cli-connect-timeout, " +
			"--cli-binary-format, --cli-auto-prompt\n\n"},
		{command + "extra more", "Unknown options: more, extra\n\n"},
		{command + "--bogus v", "Unknown options: --bogus, v\n\n"},
		{command + "--bogus=v", "Unknown options: --bogus=v\n\n"},
		{command + "--Output text", "Unknown options: --Output, text\n\n"},
		{command + "--cli-e json", "Unknown options: --cli-e, json\n\n"},
		{command + "-", "Unknown options: -\n\n"},
		{command + "-1", "Unknown options: -1\n\n"},
		{"-- " + command + "--output text", "Unknown options: --output, text\n\n"},
		{command + "-- x", "Unknown options: x\n\n"},
		{command + "--generate-cli-skeleton outputs", "aws: error: argument --generate-cli-skeleton: Invalid choice, " +
			"valid choices are:\n\ninput                                    | output                                  \n" +
			"yaml-input                              \n\n\nInvalid choice: 'outputs', maybe you meant:\n\n  * output\n\n"},
	} {
		want := outcome{252, "", usage + c.want}
		if diff := cmp.Diff(want, run(t, strings.Fields(c.line)...), cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.line, diff)
		}
	}
}

func TestOperationsSuggestions(t *testing.T) {
	got := run(t, "ecr-public", "get-authorisation-token")
	const tail = "help                                    \n\n\nInvalid choice: 'get-authorisation-token', maybe you meant:\n\n" +
		"  * get-authorization-token\n\n"
	if got.exit != 252 || !strings.HasSuffix(got.stderr, tail) {
		t.Errorf("got %d\n%s", got.exit, got.stderr)
	}
}

func TestFirstPass(t *testing.T) {
	const short = "usage: aws [-h] [--profile PROFILE] [--debug]\n"
	for _, c := range []struct {
		line string
		want outcome
	}{
		{"-h", outcome{0, short + "\noptions:\n  -h, --help         show this help message and exit\n  --profile PROFILE\n  --debug\n", ""}},
		{"ecr-public x --output xml --debug=true", outcome{252, "", "\n" + short + "\naws: error: argument --debug: ignored explicit argument 'true'\n\n"}},
		{"ecr-public --profile", outcome{252, "", "\n" + short + "\naws: error: argument --profile: expected one argument\n\n"}},
	} {
		if diff := cmp.Diff(c.want, run(t, strings.Fields(c.line)...), cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.line, diff)
		}
	}
	if a, b := run(t, "ecr-public", "--he"), run(t, "-h"); a != b {
		t.Errorf("--he is not -h: %v", a)
	}
}

func TestVersion(t *testing.T) {
	for _, line := range []string{"--version", "--v", "ecr-public --version", "ecr-public bogus --version",
		"--version --output xml"} {
		if got := run(t, strings.Fields(line)...); got != (outcome{0, "the version\n", ""}) {
			t.Errorf("%s: %v", line, got)
		}
	}
	if got := run(t, "--output", "xml", "--version"); got.exit != 252 {
		t.Errorf("an error before --version was overlooked: %v", got)
	}
}

// The order in which mistakes are found: each line holds the one named and all that come after it.
func TestOrderOfChecks(t *testing.T) {
	bogus, xml := "bogus", "xml"
	later := []string{"ecr-public", "get-authorization-token", "--cli-input-json", `{"x":1}`}
	s := setup{service: service{clientErr: &awscli.Failure{Exit: 253, Message: "client"}}}
	s.service.settings.Output = &xml
	check := func(exit int, message string, more ...string) {
		t.Helper()
		got := s.run(t, append(later, more...)...)
		if got.exit != exit || !strings.Contains(got.stderr, message) || got.stdout != "" {
			t.Errorf("%v: got %v, want %d %q", more, got, exit, message)
		}
	}
	s.service.settings.TimestampFormat, s.service.settings.BinaryFormat = &bogus, &bogus
	stray := []string{"stray", "--query", "a", "--endpoint-url", "http://h"}
	check(252, "Bad value for --query [", append(stray, "--query", "[", "--endpoint-url", "h", "--cli-read-timeout", "x")...)
	check(252, `Bad value for --endpoint-url "h"`, append(stray, "--endpoint-url", "h", "--cli-read-timeout", "x")...)
	check(255, "invalid literal for int() with base 10: 'x'", append(stray, "--cli-read-timeout", "x")...)
	check(253, `Unknown cli_timestamp_format value: bogus, valid values are "wire" or "iso8601"`, stray...)
	s.service.settings.TimestampFormat = nil
	check(255, "Unknown cli_binary_format value: bogus", stray...)
	check(252, "Unknown options: stray", append(stray, "--cli-binary-format", "base64")...)
	s.service.settings.BinaryFormat = nil
	check(252, "Unknown options: stray", stray...)
	check(252, "Unable to load paramfile", "--cli-input-json", "file://nope", "--cli-input-yaml", "{")
	check(252, "Only one --cli-input- parameter", "--cli-input-yaml", "{")
	check(252, "Invalid JSON received", "--cli-input-json", "{", "--generate-cli-skeleton")
	check(253, "client")
	s.service.clientErr = nil
	check(252, `Unknown parameter in input: "x"`)
	later = later[:2]
	s.service.err = &awscli.ServiceError{Code: "Denied", Operation: "GetAuthorizationToken", Message: "no"}
	check(254, "An error occurred (Denied) when calling the GetAuthorizationToken operation: no")
	s.service.err = nil
	check(255, "Unknown output type: xml", "--query", "nofunc(@)")
	s.service.settings.Output = nil
	check(255, "Unknown function: nofunc()", "--query", "nofunc(@)")
}

func TestPasswordGrammar(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"x y", "\nUnknown options: x,y\n"},
		{"--bogus v", "\nUnknown options: --bogus,v\n"},
		{"help x", "\nUnknown options: help,x\n"},
		{"--cli-input-json {}", "\nUnknown options: --cli-input-json,{}\n"},
	} {
		got := run(t, append([]string{"ecr-public", "get-login-password"}, strings.Fields(c.line)...)...)
		if got != (outcome{252, "", c.want}) {
			t.Errorf("%s: %v", c.line, got)
		}
	}
}

func TestNotHere(t *testing.T) {
	got := run(t, "ecr-public", "describe-images")
	if got.exit != 252 || !strings.Contains(got.stderr, "Install the AWS CLI") {
		t.Errorf("an operation that is not here: %v", got)
	}
	s := setup{calledAs: "aws"}
	got = s.run(t, "s3", "ls")
	if got.exit != 252 || !strings.Contains(got.stderr, "no command s3") || !strings.Contains(got.stderr, "Install the AWS CLI") {
		t.Errorf("a service that is not here: %v", got)
	}
	if got := s.run(t, "ecr-public", "get-login-password"); got != (outcome{0, "pw\n", ""}) {
		t.Errorf("as aws: %v", got)
	}
}

func TestGlobalsReachTheBackend(t *testing.T) {
	var s setup
	s.run(t, strings.Fields("--profile p --region r --endpoint-url http://h --ca-bundle c --cli-read-timeout 5 --cli-connect-timeout -3 "+
		"--no-verify-ssl --no-sign-request --debug ecr-public get-login-password")...)
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	want := awscli.Globals{
		Profile: text("p"), Region: text("r"), EndpointURL: text("http://h"), CABundle: text("c"),
		ReadTimeout: number(5), ConnectTimeout: number(-1), NoVerifySSL: true, NoSignRequest: true, Debug: true,
	}
	if diff := cmp.Diff(want, s.service.globals); diff != "" {
		t.Error(diff)
	}
	sent := []awscli.Operation{{Name: "GetAuthorizationToken", Command: "ecr-public.get-login-password", Body: []byte("{}")}}
	if diff := cmp.Diff(sent, s.service.sent); diff != "" {
		t.Error(diff)
	}
}

// Whatever the arguments are, the run ends with a known code and says something when it fails.
func FuzzArguments(f *testing.F) {
	f.Add("ecr-public get-authorization-token --output=text --query a.b")
	f.Add("--o\ttext -- ecr-public -h1 --cli-input-yaml {}")
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "/dev/") || strings.Contains(line, "@,@") {
			return
		}
		s := setup{home: "/nonexistent"}
		got := s.run(t, strings.Split(line, " ")...)
		switch got.exit {
		case 0, 252, 253, 255:
		default:
			t.Fatalf("%q: exit %d", line, got.exit)
		}
		if got.exit != 0 && got.stderr == "" {
			t.Fatalf("%q: fails and says nothing", line)
		}
	})
}
