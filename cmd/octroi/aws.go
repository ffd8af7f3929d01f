package main

import (
	"context"
	"os"

	"github.com/octroi/octroi/awscli"
)

// aws is the AWS CLI's command line.
func (p process) aws(ctx context.Context) int {
	return awscli.Program{
		Args:     p.args,
		Env:      os.Environ(),
		Stdin:    p.stdin,
		Stdout:   p.stdout,
		Stderr:   p.stderr,
		Columns:  columns(p.stdout),
		Version:  versionLine(),
		CalledAs: p.name,
		Backend:  &backend{environ: p.environ, stderr: p.stderr},
	}.Run(ctx)
}
