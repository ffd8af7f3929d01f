package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// job is a release that is being built.
type job struct {
	source, work, out string
	stamp
}

// build makes every file of a release in a new folder.
func build(ctx context.Context, source, out, key string) (err error) {
	source, err = filepath.Abs(source)
	if err != nil {
		return err
	}
	if err := os.Mkdir(out, 0o755); err != nil {
		return fmt.Errorf("%w: a release is built into a new folder", err)
	}
	work, err := os.MkdirTemp("", "octroi-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	j := job{source: source, work: work, out: out}
	if j.stamp, err = readStamp(ctx, source); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{j.programs, j.manual, j.archives, j.packages, j.bills} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := writeSums(out); err != nil {
		return err
	}
	if key != "" {
		err = sign(ctx, key, filepath.Join(out, sumsFile))
	}
	fmt.Printf("built %s in %s\n", j.version, out)
	return err
}

func (j job) programs(ctx context.Context) error {
	for _, p := range products {
		for _, t := range p.targets {
			for _, program := range p.programs {
				if err := compile(ctx, j.source, program, t, j.version, programPath(j.work, program, t)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// manual has the client write its own pages and completions: the one of this machine's system, which may be none that
// is published.
func (j job) manual(ctx context.Context) error {
	here := target{runtime.GOOS, runtime.GOARCH}
	own := filepath.Join(j.work, "here", client+here.suffix())
	if err := compile(ctx, j.source, client, here, j.version, own); err != nil {
		return err
	}
	return writeManual(ctx, own, j.work)
}
