package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/octroi/octroi/credential"
)

const logoutUsage = `usage: octroi logout [--for TOOL,...] [HOST ...]
       octroi logout --stale [--for TOOL,...] [HOST ...]

Forgets the login of each registry HOST (public.ecr.aws when none is named), where docker, podman and helm
look, or the tools that --for names.

--stale forgets the logins that have ended, of all hosts when none is named, and no other. A login that has
ended is worse than none: docker shows it, is refused, and does not pull what anybody may pull.
`

func (p process) logout(ctx context.Context, args []string) error {
	flags := newFlags("logout")
	tools, stale := flags.String("for", "", ""), flags.Bool("stale", false, "")
	names, err := p.words(flags, args, logoutUsage)
	if err != nil {
		return err
	}
	if names == nil && !*stale {
		names = []string{usualHost}
	}
	named, err := parseHosts(names)
	if err != nil {
		return err
	}
	chosen, err := toolNames(*tools)
	if err != nil {
		return err
	}
	stores := credential.ForTools(credential.Stores(p.environ, p.home()), chosen)
	if *stale {
		return p.logoutStale(ctx, stores, named)
	}
	for _, host := range named {
		if err := p.logoutOf(ctx, stores, host); err != nil {
			return err
		}
	}
	return nil
}

func (p process) logoutOf(ctx context.Context, stores []credential.Store, host credential.Host) error {
	found := false
	for _, s := range stores {
		one, err := s.Remove(ctx, host)
		if err != nil {
			return err
		}
		found = found || one
	}
	line := host.Name + ": logged out"
	if !found {
		line = host.Name + ": was not logged in"
	}
	_, err := fmt.Fprintln(p.stdout, line)
	return err
}

// logoutStale goes on after a file that cannot be read: the others' logins have ended all the same.
func (p process) logoutStale(ctx context.Context, stores []credential.Store, named []credential.Host) error {
	wanted := func(name string) bool {
		return len(named) == 0 || slices.ContainsFunc(named, func(h credential.Host) bool { return h.Name == name })
	}
	var failed error
	removed := 0
	for _, s := range stores {
		ended, err := s.Prune(ctx, time.Now(), wanted)
		if err != nil {
			if failed != nil {
				err = fmt.Errorf("%w; %w", failed, err)
			}
			failed = err
		}
		for _, held := range ended {
			removed++
			fmt.Fprintf(p.stdout, "%s: removed from %s (%s), ended %s\n", oneLine(held.Key), held.Tool, held.Where,
				held.Expires.UTC().Format("2006-01-02 15:04 UTC"))
		}
	}
	if failed == nil && removed == 0 {
		fmt.Fprintln(p.stdout, "no login has ended")
	}
	return failed
}
