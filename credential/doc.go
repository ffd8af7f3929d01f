// Package credential lends a registry login: it gets a token from the service that speaks for a registry host,
// tries it there, and keeps it where docker, podman, helm and the rest look.
//
// It refuses hosts that are not exactly a host: a credential goes to one registry, and everything that only
// looks like its name is somebody else's. It refuses a token that does not have a token's form, that is
// longer than one can be, or that has ended; and it never lends Amazon's token to another host.
//
// Read host.go (who is asked), token.go (what is taken for an answer), login.go (the way of one login),
// docker.go (where it is kept), lock_*.go.
package credential
