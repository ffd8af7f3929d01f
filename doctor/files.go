package doctor

import (
	"context"
	"fmt"
	"runtime"
)

// files are those of docker, podman and helm: that they can be read, and by nobody else.
func files(_ context.Context, v *visit) (all []Finding) {
	for _, s := range v.stores {
		name := s.Tool() + "'s file"
		mode, there := s.Mode()
		if !there {
			continue
		}
		held, err := s.Logins()
		switch {
		case err != nil:
			all = append(all, wrong(name, fmt.Sprintf("%s cannot be used: %v", s.Path(), err), "repair it, or move it away")...)
		case len(held) > 0 && mode&0o077 != 0 && runtime.GOOS != "windows":
			all = append(all, warn(name, fmt.Sprintf("%s holds logins and can be read by others (mode %04o)", s.Path(), mode),
				"chmod 600 "+s.Path())...)
		default:
			all = append(all, ok(name, fmt.Sprintf("%s holds %d logins", s.Path(), len(held)))...)
		}
	}
	for _, variable := range []string{"DOCKER_AUTH_CONFIG"} {
		if value, _ := v.Environ(variable); value != "" {
			all = append(all, warn("environment", variable+" is set: docker and CI runners look there before any file",
				"unset it, unless it is meant")...)
		}
	}
	if all == nil {
		return ok("files", "neither docker, podman nor helm has a file of logins")
	}
	return all
}
