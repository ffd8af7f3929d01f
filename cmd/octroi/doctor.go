package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/doctor"
)

const doctorUsage = `usage: octroi doctor [--profile P] [--region R] [--endpoint-url URL] [--output text|json] [--debug]
                     [HOST[/REPOSITORY[:TAG]]]

Walks the way of a login to HOST (public.ecr.aws when none is named) and says at each step what is so, or
what is wrong and how to fix it: configuration, docker's, podman's and helm's files, their helper,
credentials, region, endpoint, clock, token, permission, the registry's challenge, the login, and a pull of
REPOSITORY when one is named. It changes nothing and prints no secret. The exit code is 1 when something is wrong.
`

// errWrong ends doctor when it found something: that has been said.
var errWrong = errors.New("something is wrong")

func (p process) doctor(ctx context.Context, args []string) error {
	var given loginFlags
	flags := newFlags("doctor")
	given.add(flags)
	output := flags.String("output", "text", "")
	words, err := p.words(flags, args, doctorUsage)
	if err != nil {
		return err
	}
	if len(words) > 1 {
		return &usageError{"doctor looks after one registry at a time"}
	}
	if *output != "text" && *output != "json" {
		return &usageError{"--output is text or json"}
	}
	host, repository, err := patientOf(append(words, usualHost)[0])
	if err != nil {
		return err
	}
	b := &backend{environ: p.environ, stderr: p.stderr}
	found := doctor.Examine(ctx, doctor.Patient{
		Host: host, Repository: repository, Environ: p.environ, Home: p.home(),
		Profile: given.profile.value, Region: given.region.value, Endpoint: given.endpoint.value,
		UserAgent: b.userAgent("octroi.doctor"), Debug: b.trace(*given.debug),
	})
	if err := p.report(found, *output); err != nil {
		return err
	}
	if doctor.Wrong(found) {
		return errWrong
	}
	return nil
}

// patientOf takes apart HOST/REPOSITORY; a scheme may stand before it.
func patientOf(text string) (credential.Host, string, error) {
	scheme, rest := "", text
	if before, after, ok := strings.Cut(text, "://"); ok {
		scheme, rest = before+"://", after
	}
	name, repository, named := strings.Cut(rest, "/")
	host, err := credential.ParseHost(scheme + name)
	if err != nil {
		return host, "", &usageError{fmt.Sprintf("%q is %v", scheme+name, err)}
	}
	if named && repository != "" && !isRepository(repository) {
		return host, "", &usageError{fmt.Sprintf("%q is no repository: want a form as in team/app:v1", repository)}
	}
	return host, repository, nil
}

// isRepository keeps what is no path below /v2/ out of a request: the registry itself says what a repository is.
//
// Source: OCI Distribution Specification, "Pulling manifests".
func isRepository(text string) bool {
	for part := range strings.SplitSeq(text, "/") {
		if part == "" || part[0] == '.' || len(part) > 255 {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/:@", r))
	})
}

func (p process) report(found []doctor.Finding, output string) error {
	if output == "json" {
		data, err := json.MarshalIndent(found, "", "  ")
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%s\n", data)
		}
		return err
	}
	for _, f := range found {
		if _, err := fmt.Fprintln(p.stdout, f); err != nil {
			return err
		}
	}
	return nil
}
