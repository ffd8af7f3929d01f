package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/hosts"
)

const (
	loginUsage = `usage: octroi login [--profile P] [--region R] [--endpoint-url URL] [--for TOOL,...]
                    [--output docker-config|env|json|raw] [--debug] [HOST ...]

Gets a token for each registry HOST (public.ecr.aws when none is named), tries it there, and keeps it
where docker, podman and helm look: in docker's $DOCKER_CONFIG/config.json or ~/.docker/config.json, which
the others read too, and in their own files where these exist. --for names the tools instead.

--output prints the login and keeps nothing.

The token comes from HOST itself (http on loopback, https elsewhere), from Amazon for public.ecr.aws, or
from AWS_ENDPOINT_URL_ECR_PUBLIC or --endpoint-url when one is set. What ~/.config/octroi/config.yaml says
about HOST (endpoint, region, profile, role) counts where no flag says otherwise.
`
	usualHost = "public.ecr.aws"
)

// loginFlags are the flags of a command that logs in.
type loginFlags struct {
	profile, region, endpoint optional
	debug                     *bool
}

func (f *loginFlags) add(flags *flag.FlagSet) {
	flags.Var(&f.profile, "profile", "")
	flags.Var(&f.region, "region", "")
	flags.Var(&f.endpoint, "endpoint-url", "")
	f.debug = flags.Bool("debug", false, "")
}

func (p process) login(ctx context.Context, args []string) error {
	var given loginFlags
	flags := newFlags("login")
	given.add(flags)
	tools, output := flags.String("for", "", ""), flags.String("output", "", "")
	named, err := p.parse(flags, args, loginUsage)
	if err != nil {
		return err
	}
	stores, err := p.loginStores(*tools, *output, len(named))
	if err != nil {
		return err
	}
	file, err := configfile.Read(p.environ)
	if err != nil {
		return err
	}
	var all []credential.Result
	for _, host := range named {
		result, err := p.loginTo(ctx, given, file, stores, host)
		if err != nil {
			return fmt.Errorf("login to %s: %w", host.Name, credential.Advice(err))
		}
		if all = append(all, result); *output != "" {
			continue
		}
		if _, err := fmt.Fprintln(p.stdout, result.Line()); err != nil {
			return err
		}
	}
	if *output != "" {
		return credential.Print(p.stdout, *output, all)
	}
	return nil
}

// loginStores are where the login is kept: nowhere when it is printed.
func (p process) loginStores(tools, output string, count int) ([]credential.Store, error) {
	if output != "" {
		if err := credential.CheckForm(output, count); err != nil {
			return nil, &usageError{fmt.Sprintf("--output %s: %v", output, err)}
		}
		if tools != "" {
			return nil, &usageError{"--output prints the login, and --for keeps it: leave one of them out"}
		}
		return nil, nil
	}
	names, err := toolNames(tools)
	if err != nil {
		return nil, err
	}
	return credential.ForLogin(credential.Stores(p.environ, p.home()), names), nil
}

func toolNames(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	names, err := credential.ParseTools(text)
	if err != nil {
		return nil, &usageError{"--for: " + err.Error()}
	}
	return names, nil
}

func (p process) loginTo(ctx context.Context, given loginFlags, file configfile.File, stores []credential.Store, host credential.Host) (credential.Result, error) {
	entry, err := entryFor(file, host)
	if err != nil {
		return credential.Result{}, err
	}
	settings, err := p.settingsFor(given, entry)
	if err != nil {
		return credential.Result{}, err
	}
	b := &backend{environ: p.environ, stderr: p.stderr}
	l := credential.Login{
		Settings: settings, Entry: entry, Region: given.region.value, Endpoint: given.endpoint.value, Stores: stores,
		UserAgent: b.userAgent("octroi.login"), Debug: b.trace(*given.debug),
	}
	if stores == nil {
		return l.Get(ctx, host)
	}
	return l.Do(ctx, host)
}

// entryFor is what is configured for a host that somebody named. That nothing is, is no reason to refuse it.
func entryFor(file configfile.File, host credential.Host) (hosts.Entry, error) {
	entry, err := file.Config.Match(host.Host)
	if errors.Is(err, hosts.ErrUnknown) {
		return hosts.Entry{}, nil
	}
	return entry, err
}

// settingsFor are the settings of the profile that the flag names, or the host's entry.
func (p process) settingsFor(given loginFlags, entry hosts.Entry) (*awsconfig.Settings, error) {
	profile := given.profile.value
	if profile == nil && entry.Profile != "" {
		profile = &entry.Profile
	}
	b := &backend{environ: p.environ, stderr: p.stderr}
	settings, err := awsconfig.Load(awsconfig.Request{
		Environ: p.environ, Home: p.home(), Profile: profile, Region: given.region.value,
		Connect: 10 * time.Second, Read: usualTimeout, UserAgent: b.userAgent(""), Prompt: askSecretly, Debug: b.trace(*given.debug),
	})
	if err != nil {
		return nil, err
	}
	return settings, settings.CheckProfile()
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

// parse reads flags and hosts in any order; public.ecr.aws stands for none.
func (p process) parse(flags *flag.FlagSet, args []string, usage string) ([]credential.Host, error) {
	names, err := p.words(flags, args, usage)
	if err != nil {
		return nil, err
	}
	if names == nil {
		names = []string{usualHost}
	}
	return parseHosts(names)
}

// words reads flags, and gives what is none.
func (p process) words(flags *flag.FlagSet, args []string, usage string) (words []string, err error) {
	flags.SetOutput(discard{})
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
			return words, nil
		}
		words, args = append(words, args[0]), args[1:]
	}
}

func parseHosts(names []string) ([]credential.Host, error) {
	all := make([]credential.Host, len(names))
	for i, name := range names {
		host, err := credential.ParseHost(name)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("%q is %v", name, err)}
		}
		all[i] = host
	}
	return all, nil
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
