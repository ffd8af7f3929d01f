package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/hosts"
)

// configuration is octroi's own file, and what it says about the host.
func configuration(_ context.Context, v *visit) []Finding {
	const name = "configuration"
	var err error
	if v.file, err = configfile.Read(v.Environ); err != nil {
		return wrong(name, err.Error(), "correct the file; until then octroi and its helper stop at it")
	}
	v.entry, err = v.file.Config.Match(v.Host.Host)
	switch {
	case errors.Is(err, hosts.ErrUnknown) && v.file.Data == nil:
		return ok(name, fmt.Sprintf("there is no %s: %s is logged in to by name only", v.file.Path, v.Host.Name))
	case errors.Is(err, hosts.ErrUnknown):
		return ok(name, fmt.Sprintf("%s has no entry for %s: it is logged in to by name only", v.file.Path, v.Host.Name))
	case err != nil:
		return wrong(name, fmt.Sprintf("%s in %s: %v", v.Host.Name, v.file.Path, err), "use the registry by https")
	case v.entry.Anonymous:
		return warn(name, fmt.Sprintf("%s is anonymous in %s: nobody logs in", v.Host.Name, v.file.Path),
			"take `anonymous` out to push, or to pull what is private")
	case v.entry.InnerHelper != "":
		return ok(name, fmt.Sprintf("%s is answered by docker-credential-%s (%s)", v.Host.Name, v.entry.InnerHelper, v.file.Path))
	case v.file.Lines[v.entry.Host].Host == 0:
		return ok(name, fmt.Sprintf("%s is known without an entry", v.Host.Name))
	}
	return ok(name, fmt.Sprintf("%s is %q in %s:%d", v.Host.Name, v.entry.Host, v.file.Path, v.file.Lines[v.entry.Host].Host))
}

// lends reports whether a login of octroi's is meant for the host at all.
func (v *visit) lends() bool { return !v.entry.Anonymous && v.entry.InnerHelper == "" }
