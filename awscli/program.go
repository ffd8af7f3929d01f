package awscli

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
)

// Program is one run: everything from outside is a field. The process must ignore SIGPIPE, and cancel the context of
// Run on SIGINT (Run then says so and returns 130).
type Program struct {
	Args    []string // without the program's own name
	Env     []string // as os.Environ gives it
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Columns int    // the width of the terminal that Stdout is; 0 when it is none
	Version string // the line that --version prints
	// CalledAs is the name this program was started by. As "aws" it says of a missing service where to get it.
	CalledAs string
	Backend  Backend
}

// Run does what the arguments say and returns the exit code.
func (p Program) Run(ctx context.Context) int {
	r := &run{Program: p, ctx: ctx}
	err := r.main()
	if ctx.Err() != nil {
		r.write("\n")
		return ExitInterrupted
	}
	var status exitStatus
	if errors.As(err, &status) {
		return int(status)
	}
	return r.report(err)
}

// run is a Program under way.
type run struct {
	Program
	ctx      context.Context
	given    given
	settings Settings
	aliases  aliases
}

// exitStatus is the exit code of a program that was run for an alias, which has said all there is to say.
type exitStatus int

func (exitStatus) Error() string { return "a program that was started has failed" }

func (r *run) main() error {
	if help, err := firstPass(r.Args); help {
		return r.write(shortHelp)
	} else if err != nil {
		return err
	}
	if slices.Contains(r.Args, "--cli-auto-prompt") && slices.Contains(r.Args, "--no-cli-auto-prompt") {
		return usageFailure("Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.")
	}
	r.aliases = r.loadAliases()
	rest, err := r.parseGlobals(r.Args)
	if errors.Is(err, errVersion) {
		return r.write(r.Version + "\n")
	}
	if err != nil {
		return err
	}
	if err := r.given.resolve(); err != nil {
		return err
	}
	if r.settings, err = r.Backend.Settings(r.given.Globals); err != nil {
		return err
	}
	if err := r.checkFormats(); err != nil {
		return err
	}
	if r.given.autoPrompt {
		return usageFailure("octroi has no prompt: leave out --cli-auto-prompt, or see octroi help.")
	}
	return r.command(rest)
}

// checkFormats refuses settings that make no sense, even where they would not be used: the option --cli-binary-format
// takes the place of its setting, but no command here sends a binary value.
func (r *run) checkFormats() error {
	if f := r.settings.TimestampFormat; f != nil && *f != "wire" && *f != "iso8601" {
		return &Failure{Exit: ExitConfiguration, Kind: "Configuration",
			Message: "Unknown cli_timestamp_format value: " + *f + `, valid values are "wire" or "iso8601"`}
	}
	if f := r.settings.BinaryFormat; f != nil && !r.given.binaryFormat && *f != "base64" && *f != "raw-in-base64-out" {
		return &Failure{Kind: "Configuration",
			Message: "Unknown cli_binary_format value: " + *f + `, valid values are "base64" or "raw-in-base64-out"`}
	}
	return nil
}

// parseGlobals takes the global options and the command out of a command line.
func (r *run) parseGlobals(args []string) (rest []string, err error) {
	commands := append([]string{service, "help"}, r.aliases.topLevel...)
	g := grammar{
		usage:       usage,
		options:     globalOptions(),
		positionals: []positional{{name: "command", choices: commands}},
		take:        r.given.set,
	}
	rest, err = g.parse(args)
	if err != nil && r.CalledAs == "aws" {
		return nil, r.missing(err, "command", args)
	}
	return rest, err
}

// environment looks a variable up; the last one of a name counts, as for a shell.
func (r *run) environment(name string) (string, bool) {
	for i := len(r.Env) - 1; i >= 0; i-- {
		if k, v, ok := strings.Cut(r.Env[i], "="); ok && k == name {
			return v, true
		}
	}
	return "", false
}

// write puts text on standard output.
func (r *run) write(text string) error {
	_, err := io.WriteString(r.Stdout, text)
	if err != nil {
		return &Failure{Exit: ExitBrokenOutput, Message: "cannot write to standard output: " + err.Error()}
	}
	return nil
}
