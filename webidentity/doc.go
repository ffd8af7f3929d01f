// Package webidentity says whether a web identity token is genuine and meant for us: it reads the token, finds the
// keys of the provider that made it, and checks signature, issuer, audience and times.
//
// A token is read in steps, the cheap ones first: its size and form, its header, its claims, and only then, with a key
// of the provider's, its signature. Nothing in a token chooses how it is checked. The algorithm is held to the kind of
// the key, a key comes from the provider's set or from nowhere, and the only address that is ever asked for a set is
// one that an operator registered.
//
// The signature is checked by go-oidc's verifier. The key set behind it is ours (keyset.go), because go-oidc's own asks
// the provider again for every token whose signature is wrong, never forgets a key, and reads whatever length it is
// sent: whoever may call without a credential could make us call somebody else as often as he likes.
//
// It refuses to know accounts, roles and policies: who may have a session is package identity's to ask. It takes no
// EdDSA (AWS takes RSA and ECDSA; no key of small order can be taken by mistake), no encrypted tokens, and no key that a
// token brings along.
//
// Read error.go, token.go, header.go, claims.go, session.go, check.go for the token; issuer.go, address.go, fetch.go, discovery.go
// for whom is asked and how; key.go, jwks.go, keyset.go for the keys; verifier.go, which puts them together.
//
// Source: OpenID Connect Core 1.0 section 3.1.3.7; OpenID Connect Discovery 1.0; RFC 7515, 7517, 7518, 7519, 8725.
package webidentity
