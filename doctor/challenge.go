package doctor

import (
	"context"
	"errors"

	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/wire"
)

// challenge asks the registry what it asks for, as nobody.
func challenge(ctx context.Context, v *visit) []Finding {
	r := credential.Registry{Transport: v.transport(), Host: v.Host, UserAgent: v.UserAgent}
	c, err := r.Ping(ctx)
	switch {
	case errors.Is(err, credential.ErrRealm):
		return wrong("challenge", err.Error(), "correct the registry's address for its tokens; docker would send the login there")
	case err != nil:
		var failed *wire.Error
		if errors.As(err, &failed) {
			return wrong("challenge", err.Error(), reach(failed))
		}
		return wrong("challenge", err.Error(), "is this host a registry?")
	}
	v.registry = &r
	switch c.Scheme {
	case "bearer":
		return ok("challenge", "the registry wants a bearer, from "+shown(c.Realm))
	case "basic":
		return ok("challenge", "the registry wants a password (Basic)")
	}
	return ok("challenge", "the registry answers without a login")
}

// transport is that of the settings, when there are any: they have the proxy and the roots.
func (v *visit) transport() *wire.Transport {
	if v.settings != nil {
		return v.settings.Transport()
	}
	return &wire.Transport{Connect: connectTime, Read: readTime, Proxies: wire.ProxiesFrom(v.Environ)}
}
