// Package issuer gives tokens and takes them back: GetAuthorizationToken with its two permissions, the registry's
// short bearers, and the way from a token in hand to the principal of this moment.
//
// A token names a principal and grants nothing by itself. It is as good as what stands behind it: when the user, the
// access key or the token itself is gone, so is the token, whatever its expiry says.
//
// Read issuer.go, clock.go, issue.go, redeem.go, bearer.go, ring.go, keyring.go.
package issuer
