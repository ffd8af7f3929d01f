// Package credential lends a registry login: it gets a token from the service that speaks for a registry host,
// tries it there, and keeps it where docker, podman, helm and the rest look.
//
// It refuses hosts that are not exactly a host: a credential goes to one registry, and everything that only
// looks like its name is somebody else's. It refuses a token that does not have a token's form, that is
// longer than one can be, or that has ended; it never lends Amazon's token to another host; and it keeps no
// login for a registry that would have it sent elsewhere.
//
// Read host.go (who is asked), token.go (what is taken for an answer), login.go (the way of one login), service.go
// and registry.go (whom it asks on that way), challenge.go; then place.go (the files of docker, podman and helm),
// docker.go (what they have in common), helper.go, expiry.go and stale.go (logins that have ended), delegate.go (who
// answers for a host), output.go (a login that is printed), lock_*.go.
package credential
