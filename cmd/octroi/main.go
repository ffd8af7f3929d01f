// Octroi gets tokens for Amazon ECR Public, and for registries that speak its language, as the AWS CLI does.
//
// A command is a file: aws.go is everything that `aws` does too; login.go, logout.go, configure.go (with show.go and
// kubelet.go), doctor.go, version.go, completion.go and manual.go are our own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// process is what a command gets from outside.
type process struct {
	name    string // as the program was called: octroi, aws
	args    []string
	environ func(string) (string, bool)
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error to report, not a death
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	p := process{
		name: filepath.Base(os.Args[0]), args: os.Args[1:], environ: os.LookupEnv,
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
	}
	code := p.run(ctx)
	stop()
	os.Exit(code)
}

// run picks the command. What is not ours is the AWS CLI's, and so is everything when we are called aws.
func (p process) run(ctx context.Context) int {
	if len(p.args) == 0 || strings.TrimSuffix(p.name, ".exe") == "aws" {
		return p.aws(ctx)
	}
	var err error
	switch rest := p.args[1:]; p.args[0] {
	case "login":
		err = p.login(ctx, rest)
	case "logout":
		err = p.logout(ctx, rest)
	case "configure":
		err = p.configure(rest)
	case "doctor":
		err = p.doctor(ctx, rest)
	case "version":
		err = p.version()
	case "completion":
		err = p.completion(rest)
	case "lend":
		err = p.lend(ctx, rest)
	case "complete":
		err = p.complete(rest)
	case "manual":
		err = p.manual(rest)
	default:
		return p.aws(ctx)
	}
	return p.finish(ctx, err)
}

// finish says what went wrong, in one line, and gives the exit code.
func (p process) finish(ctx context.Context, err error) int {
	switch {
	case err == nil, errors.Is(err, errHelp):
		return 0
	case errors.Is(err, errWrong):
		return exitWrong
	case ctx.Err() != nil:
		fmt.Fprintln(p.stdout)
		return exitInterrupted
	}
	fmt.Fprintf(p.stderr, "octroi: %s\n", oneLine(err.Error()))
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return exitOther
}

// oneLine keeps a message that quotes somebody else from drawing on the terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.TrimSpace(text))
}
