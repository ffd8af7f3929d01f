package doctor

import (
	"context"
	"fmt"

	"github.com/octroi/octroi/credential"
)

// answers says who would answer each tool for the host. Podman and helm go on to docker's file.
func answers(_ context.Context, v *visit) (all []Finding) {
	docker, haveDocker := v.answer(credential.Docker)
	for _, tool := range []string{credential.Docker, credential.Podman, credential.Helm} {
		text, found := v.answer(tool)
		switch {
		case found:
			all = append(all, ok("who answers "+tool, text)...)
		case tool != credential.Docker && haveDocker:
			all = append(all, ok("who answers "+tool, docker)...)
		case tool == credential.Docker && v.lends():
			all = append(all, warn("who answers "+tool, fmt.Sprintf("nobody has a login for %s: it pulls what anybody may pull, and pushes nothing", v.Host.Name),
				fmt.Sprintf("octroi login %[1]s, or octroi configure %[2]s %[1]s", v.Host.Name, tool))...)
		}
	}
	return all
}

// answer is who answers one tool, from its own files.
func (v *visit) answer(tool string) (text string, found bool) {
	for _, s := range v.stores {
		a, err := s.Answer(v.Host.Name)
		switch {
		case s.Tool() != tool || err != nil:
		case a.Helper != "":
			return fmt.Sprintf("docker-credential-%s, named in %s", a.Helper, s.Path()), true
		case a.Held != nil && a.Held.Dated:
			return fmt.Sprintf("the login in %s, until %s", s.Path(), a.Held.Expires.UTC().Format("2006-01-02 15:04 UTC")), true
		case a.Held != nil:
			return "the login in " + s.Path(), true
		}
	}
	return "", false
}
