// Command octroid is the service: it answers the AWS endpoint, issues tokens and serves the registry that honours them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/internal/version"
	"github.com/octroi/octroi/server"
)

func main() { os.Exit(run(os.Args[1:], takeEnvironment(), os.Stdin, os.Stdout, os.Stderr)) }

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage marks what is wrong with the command line.
type errUsage struct{ error }

// run is the program with its environment and streams as values.
func run(args []string, env environment, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	keys, err := server.NewRootKeys(env.rootKey, env.nextRootKey, env.credentials)
	if err != nil {
		fmt.Fprintf(stderr, "octroid: %s\n", err)
		return exitFailed
	}
	root := command(streams{stdin, stdout, stderr, keys})
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	fmt.Fprintf(stderr, "octroid: %s\n", strings.TrimSpace(err.Error()))
	if usage := (errUsage{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

type streams struct {
	in       io.Reader
	out, err io.Writer
	keys     server.RootKeys
}

func command(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "octroid",
		Version:       version.String(),
		Short:         "The service: tokens for those whom the policies let in, and the registry that honours them",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return errUsage{fmt.Errorf("there is no command %q: octroid --help lists them", args[0])}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("octroid {{.Version}} " + runtime.GOOS + "/" + runtime.GOARCH + "\n")
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errUsage{err} })
	root.AddCommand(serveCommand(s), configCommand(s), userCommand(s), keyCommand(s), policyCommand(s), providerCommand(s), tokenCommand(s),
		keyringCommand(s), auditCommand(s), backupCommand(s), restoreCommand(s), fsckCommand(s), demoCommand(s))
	return root
}

// exactly takes n words, named in the command's use line.
func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return errUsage{fmt.Errorf("usage: %s", c.UseLine())}
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, RunE: func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return errUsage{fmt.Errorf("there is no command %q: octroid %s --help lists them", use+" "+args[0], use)}
		}
		return c.Help()
	}}
	g.AddCommand(commands...)
	return g
}
