// Package wire sends one operation to one AWS service and brings its answer home: it chooses the endpoint,
// signs, connects (directly or through a proxy), checks who answers, retries, and turns a refusal into AWS's
// own words.
//
// It speaks HTTP/1.1 by itself, one connection for each attempt. A command makes one call and ends, so it
// has no use for net/http's connection pool and pays for its start; the bytes of the request can then be
// those of the AWS CLI, in its order; the reader of the answer is net/http's.
//
// It refuses to follow a redirect (a credential is for the one host it was signed for), to trust a server
// without a chain to a trusted root, to read more than a megabyte, and to know where settings come from:
// that is package awsconfig.
//
// Read url.go (what an endpoint is), endpoint.go (which one), sign.go, client.go (the attempts), retry.go,
// fault.go (refusals); then transport.go (one exchange), proxy.go, roots.go and verify.go (whom to trust).
package wire
