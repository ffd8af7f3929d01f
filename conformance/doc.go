// Package conformance runs the conformance suites of the OCI distribution specification against the real
// service, with authentication on: the programs that make build makes, on a free port, with a user of the
// service's own and a token of the service's own.
//
// There are two suites. The one that belongs to version 1.1 of the specification is a Go test with 79
// cases, 5 of which are alternatives of others; its module has no tags of its own, and go.mod names the
// version by its commit. Its successor is a program with 580.
//
// This is a module of its own so that the suites' dependencies are not the service's.
package conformance
