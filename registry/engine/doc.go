// Package engine keeps blobs, manifests and tags: CNCF Distribution, embedded, behind the registry front.
//
// The engine decides nothing about who may do what. Its own authentication is off, it is never given an
// Authorization header and never listens by itself; whoever calls Serve has decided before. A blob or
// manifest is served only through a repository that it is linked in, which is the one access rule that
// the engine itself keeps.
//
// Three settings are deliberate. No descriptor cache: with one, a swept blob stays "known" and images
// break. Deletes on: the front decides whether they are offered. No redirects: a presigned URL would
// outlive the policy that allowed it.
//
// What is not what its digest says never becomes a whole answer, and what stands in a file's place and is a link is not
// read and not written to.
//
// Read engine.go (open and close), disk.go and writer.go (what files are written by), serve.go (one request through it) with
// trouble.go, read.go (pulls) with send.go, whole.go, verdict.go and planted.go, lookup.go, tags.go, upload.go and
// delete.go (what the front asks of it beside); hold.go, collect.go, sweep.go (what nothing leads to is removed).
package engine
