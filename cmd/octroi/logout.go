package main

import (
	"context"
	"fmt"

	"github.com/octroi/octroi/credential"
)

const logoutUsage = `usage: octroi logout [HOST ...]

Forgets the login of each registry HOST (public.ecr.aws when none is named), where docker, podman and helm
look: in $DOCKER_CONFIG/config.json or ~/.docker/config.json.
`

func (p process) logout(ctx context.Context, args []string) error {
	hosts, err := p.parse(newFlags("logout"), args, logoutUsage)
	if err != nil {
		return err
	}
	store := credential.DockerStore(p.environ, p.home())
	for _, host := range hosts {
		found, err := store.Remove(ctx, host)
		if err != nil {
			return err
		}
		line := host.Name + ": logged out"
		if !found {
			line = host.Name + ": was not logged in"
		}
		if _, err := fmt.Fprintln(p.stdout, line); err != nil {
			return err
		}
	}
	return nil
}
