package awscli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octroi/octroi/awscli"
)

// service is a Backend that answers as told and remembers what was asked of it.
type service struct {
	settings    awscli.Settings
	settingsErr error
	clientErr   error
	body        string
	err         error

	globals awscli.Globals
	sent    []awscli.Operation
}

func (s *service) Settings(g awscli.Globals) (awscli.Settings, error) {
	s.globals = g
	return s.settings, s.settingsErr
}

func (s *service) Client(_ context.Context, g awscli.Globals) (awscli.Client, error) {
	s.globals = g
	return s, s.clientErr
}

func (s *service) Call(_ context.Context, o awscli.Operation) ([]byte, error) {
	s.sent = append(s.sent, o)
	return []byte(s.body), s.err
}

const answer = `{"authorizationData":{"authorizationToken":"QVdTOnB3","expiresAt":1735732800.5}}`

// outcome is what a run leaves behind.
type outcome struct {
	exit   int
	stdout string
	stderr string
}

type setup struct {
	service  service
	env      []string
	stdin    string
	columns  int
	calledAs string
	home     string
	ctx      context.Context
}

func (s *setup) run(t *testing.T, args ...string) outcome {
	t.Helper()
	if s.service.body == "" {
		s.service.body = answer
	}
	if s.home == "" {
		s.home = t.TempDir()
	}
	if s.ctx == nil {
		s.ctx = t.Context()
	}
	var stdout, stderr bytes.Buffer
	exit := awscli.Program{
		Args:     args,
		Env:      append([]string{"HOME=" + s.home, "TZ=UTC", "PATH=" + os.Getenv("PATH")}, s.env...),
		Stdin:    strings.NewReader(s.stdin),
		Stdout:   &stdout,
		Stderr:   &stderr,
		Columns:  s.columns,
		Version:  "the version",
		CalledAs: s.calledAs,
		Backend:  &s.service,
	}.Run(s.ctx)
	return outcome{exit, stdout.String(), stderr.String()}
}

func run(t *testing.T, args ...string) outcome {
	t.Helper()
	return new(setup).run(t, args...)
}

// token runs the operation with further arguments.
func token(t *testing.T, args ...string) outcome {
	t.Helper()
	return run(t, append([]string{"ecr-public", "get-authorization-token"}, args...)...)
}

func file(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const usage = `
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help

`
