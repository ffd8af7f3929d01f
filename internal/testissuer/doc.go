// Package testissuer is an identity provider for tests: a real TLS server on this machine, with an authority of its
// own, that publishes keys and signs what it is told to, right and wrong.
//
// It refuses to be used outside of tests: it vouches for everybody.
//
// Read issuer.go, key.go, sign.go.
package testissuer
