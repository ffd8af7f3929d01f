// Package hosts says which registry hosts a login may be lent to, and for whom: it reads what docker, podman and the
// kubelet hand over, and looks it up among the hosts that the user configured.
//
// A host is the whole of its name and its port, and nothing else is it: no name that begins or ends alike, no second
// spelling, no user before it and no path behind it. What is not exactly a host is refused here, before anything looks
// for credentials, since a login that is shown to a look-alike is a login that is lost.
//
// The package uses the standard library only, and little of it: it is part of the small binary that runs at every
// pull. It knows no YAML; the configuration file is read elsewhere and comes here compiled (Compiled).
//
// Read host.go (what a host is), entry.go (what is configured for one), glob.go, config.go (which entry counts),
// compiled.go and file.go (how the small binary gets it).
package hosts
