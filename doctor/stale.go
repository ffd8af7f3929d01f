package doctor

import (
	"context"
	"fmt"
)

// stale finds logins that have ended. For the host itself one is the usual reason of a pull that fails, since what is
// shown and refused is not followed by asking as nobody.
func stale(_ context.Context, v *visit) (all []Finding) {
	for _, s := range v.stores {
		held, err := s.Logins()
		if err != nil {
			continue // files has said so
		}
		for _, h := range held {
			if !h.Stale(v.now()) {
				continue
			}
			cause := fmt.Sprintf("the login of %s for %s in %s ended %s", s.Tool(), h.Key, s.Path(), h.Expires.UTC().Format("2006-01-02 15:04 UTC"))
			if h.Host == v.Host.Name {
				all = append(all, wrong("stale login", cause+": it blocks what anybody may pull", "octroi logout --stale, or octroi login "+v.Host.Name)...)
				continue
			}
			all = append(all, warn("stale login", cause, "octroi logout --stale")...)
		}
	}
	return all
}
