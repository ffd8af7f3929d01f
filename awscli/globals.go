package awscli

import (
	"fmt"
	"strings"

	"github.com/octroi/octroi/awscli/query"
	"github.com/octroi/octroi/internal/pyvalue"
)

// globalOptions are the options that may stand anywhere, in the order in which messages list them.
func globalOptions() []option {
	flag := func(name string) option { return option{names: []string{name}} }
	value := func(name string, choices ...string) option {
		return option{names: []string{name}, takes: oneValue, choices: choices}
	}
	output := value("--output", "json", "text", "table", "yaml", "yaml-stream")
	output.hidden = []string{"off"} // of newer versions; the list of choices stays as recorded
	errorFormat := value("--cli-error-format", "legacy", "json", "yaml", "text", "table", "enhanced")
	errorFormat.exact = true // or --cli and --c would get longer lists of what they could mean
	return []option{
		flag("--debug"), value("--endpoint-url"), flag("--no-verify-ssl"), flag("--no-paginate"),
		output, value("--query"), value("--profile"), value("--region"), flag("--version"),
		value("--color", "on", "off", "auto"), flag("--no-sign-request"), value("--ca-bundle"),
		value("--cli-read-timeout"), value("--cli-connect-timeout"),
		value("--cli-binary-format", "base64", "raw-in-base64-out"), flag("--no-cli-pager"),
		flag("--cli-auto-prompt"), flag("--no-cli-auto-prompt"), errorFormat,
	}
}

// given are the global options of one command line, later ones first in force.
type given struct {
	Globals
	query       *query.Query
	output      *string
	color       string
	errorFormat string
	noPager     bool

	binaryFormat bool // was given

	expression    *string // of --query, not yet compiled
	read, connect *string // the timeouts, not yet numbers
	autoPrompt    bool
	command       string
}

// errVersion ends the parsing when --version is met.
var errVersion = fmt.Errorf("the version was asked for")

func (g *given) set(name, value string) error {
	switch name {
	case "--debug":
		g.Debug = true
	case "--endpoint-url":
		g.EndpointURL = &value
	case "--no-verify-ssl":
		g.NoVerifySSL = true
	case "--output":
		g.output = &value
	case "--query":
		g.expression = &value
	case "--profile":
		g.Profile = &value
	case "--region":
		g.Region = &value
	case "--version":
		return errVersion
	case "--color":
		g.color = value
	case "--no-sign-request":
		g.NoSignRequest = true
	case "--ca-bundle":
		g.CABundle = &value
	case "--cli-read-timeout":
		g.read = &value
	case "--cli-connect-timeout":
		g.connect = &value
	case "--no-cli-pager":
		g.noPager = true
	case "--cli-binary-format":
		g.binaryFormat = true
	case "--cli-auto-prompt":
		g.autoPrompt = true
	case "--cli-error-format":
		g.errorFormat = value
	case "command":
		g.command = value
	}
	return nil
}

// resolve turns the options' texts into what they stand for, in the order in which the original complains.
func (g *given) resolve() (err error) {
	if g.expression != nil {
		g.query, err = query.Compile(*g.expression)
		if err != nil {
			return usageFailure("Bad value for --query %s: %v", *g.expression, err)
		}
	}
	if g.EndpointURL != nil && !hasScheme(*g.EndpointURL) {
		return usageFailure("Bad value for --endpoint-url \"%s\": scheme is missing.  Must be of the form "+
			"http://<hostname>/ or https://<hostname>/", *g.EndpointURL)
	}
	if g.ReadTimeout, err = seconds(g.read); err != nil {
		return err
	}
	g.ConnectTimeout, err = seconds(g.connect)
	return err
}

func usageFailure(format string, arguments ...any) error {
	return &Failure{Exit: ExitUsage, Kind: "ParamValidation", Message: fmt.Sprintf(format, arguments...)}
}

// hasScheme is the original's idea of a scheme: localhost:80 has one.
func hasScheme(url string) bool {
	scheme, _, found := strings.Cut(url, ":")
	for _, c := range scheme {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return found && scheme != ""
}

func seconds(text *string) (*int, error) {
	if text == nil {
		return nil, nil
	}
	n, ok := pyvalue.ParseInt(*text)
	if !ok {
		return nil, &Failure{Kind: "ParamValidation",
			Message: "invalid literal for int() with base 10: " + pyvalue.Quote(*text)}
	}
	const century = 100 * 365 * 24 * 3600
	out := century
	if n.IsInt64() {
		out = int(max(-1, min(n.Int64(), century)))
	}
	return &out, nil
}

// firstPass knows three options only, and runs before everything else: -h anywhere is this short help, not the
// operation's.
func firstPass(args []string) (help bool, err error) {
	const line = "usage: aws [-h] [--profile PROFILE] [--debug]\n"
	g := grammar{
		usage: line,
		options: []option{
			{names: []string{"-h", "--help"}},
			{names: []string{"--profile"}, takes: oneValue},
			{names: []string{"--debug"}},
		},
		take: func(name, _ string) error {
			if name == "--help" {
				return errHelp
			}
			return nil
		},
	}
	_, err = g.parse(args)
	if err == errHelp {
		return true, nil
	}
	return false, err
}

var errHelp = fmt.Errorf("the short help was asked for")

const shortHelp = `usage: aws [-h] [--profile PROFILE] [--debug]

options:
  -h, --help         show this help message and exit
  --profile PROFILE
  --debug
`
