// Package registry is the OCI front: what docker, podman, skopeo, crane, oras and helm speak, and the token
// endpoint that their challenge names.
//
// Every request goes one way. ParseRequest names it from its path, method and query, or it is refused. A
// credential makes it somebody's, or nobody's. Needs says which action it takes on which repository, and
// package access decides each and records it. Only then does the engine see it, with a path, a query and
// headers made anew from the words of the Request: no Authorization, no Host, nothing that was not read.
//
// A bearer token names who asks and for what it was asked. It grants nothing: what its principal may do is
// asked of the policies of that moment, at every request.
//
// The front refuses to tell whether a repository exists to whoever may not pull it, to convert a manifest,
// to redirect, to fetch anything, and to take a credential from a URL.
//
// Read kind.go, request.go, name.go, query.go; credential.go, scope.go, needs.go, authorise.go; front.go and
// the handlers content.go, upload.go (with uploadbody.go), push.go (with manifest.go and descriptor.go),
// referrers.go, list.go; exchange.go; error.go; lock.go.
package registry
