package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/credential"
)

const (
	loginUsage = `usage: octroi login [--profile P] [--region R] [--endpoint-url URL] [--debug] [HOST ...]

Gets a token for each registry HOST (public.ecr.aws when none is named), tries it there, and keeps it
where docker, podman and helm look: in $DOCKER_CONFIG/config.json or ~/.docker/config.json.

The token comes from HOST itself (http on loopback, https elsewhere), from Amazon for public.ecr.aws, or
from AWS_ENDPOINT_URL_ECR_PUBLIC or --endpoint-url when one is set.
`
	usualHost = "public.ecr.aws"
)

func (p process) login(ctx context.Context, args []string) error {
	var profile, region, endpoint optional
	flags := newFlags("login")
	flags.Var(&profile, "profile", "")
	flags.Var(&region, "region", "")
	flags.Var(&endpoint, "endpoint-url", "")
	debug := flags.Bool("debug", false, "")
	hosts, err := p.parse(flags, args, loginUsage)
	if err != nil {
		return err
	}
	b := &backend{environ: p.environ, stderr: p.stderr}
	trace := b.trace(*debug)
	settings, err := awsconfig.Load(awsconfig.Request{
		Environ: p.environ, Home: p.home(), Profile: profile.value, Region: region.value,
		Connect: 10 * time.Second, Read: usualTimeout, UserAgent: b.userAgent(""), Prompt: askSecretly, Debug: trace,
	})
	if err != nil {
		return err
	}
	if err := settings.CheckProfile(); err != nil {
		return err
	}
	l := credential.Login{
		Settings: settings, Region: region.value, Endpoint: endpoint.value,
		Store:     credential.DockerStore(p.environ, p.home()),
		UserAgent: b.userAgent("octroi.login"), Now: time.Now, Debug: trace,
	}
	for _, host := range hosts {
		result, err := l.Do(ctx, host)
		if err != nil {
			return fmt.Errorf("login to %s: %w", host.Name, credential.Advice(err))
		}
		if _, err := fmt.Fprintln(p.stdout, result.Line()); err != nil {
			return err
		}
	}
	return nil
}

// optional is a flag that knows whether it was given.
type optional struct{ value *string }

func (o *optional) String() string { return "" }

func (o *optional) Set(text string) error {
	o.value = &text
	return nil
}

func newFlags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.Usage = func() {}
	return flags
}

// parse reads flags and hosts in any order.
func (p process) parse(flags *flag.FlagSet, args []string, usage string) ([]credential.Host, error) {
	flags.SetOutput(discard{})
	var names []string
	for {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(p.stdout, usage)
			return nil, errHelp
		}
		if err != nil {
			return nil, &usageError{err.Error() + " (octroi " + flags.Name() + " --help shows what there is)"}
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		names, args = append(names, args[0]), args[1:]
	}
	if names == nil {
		names = []string{usualHost}
	}
	hosts := make([]credential.Host, len(names))
	for i, name := range names {
		host, err := credential.ParseHost(name)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("%q is %v", name, err)}
		}
		hosts[i] = host
	}
	return hosts, nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// home is the user's home folder, or "" where there is none.
func (p process) home() string {
	if home, _ := p.environ("HOME"); home != "" {
		return home
	}
	home, _ := os.UserHomeDir()
	return home
}
