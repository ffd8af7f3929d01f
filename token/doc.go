// Package token makes and reads what callers get: the password of a login, the registry's short bearer, the token of
// a session with the secret of its access key, and messages that only the service reads.
//
//	sealed     = base64url( header commitment box )
//	header     = version(1) key id(4) expiry(8)                            in clear
//	commitment = HMAC-SHA256(commit key, bound box)                        32 bytes, checked first
//	box        = nonce(12) AES-256-GCM(seal key, nonce, claims, bound) tag(16)
//	bound      = label deployment purpose(1) header                        texts after their length(2)
//	seal key, commit key = HKDF-SHA256(key's secret; label, deployment, purpose, "seal" | "commit")
//
//	password   = base64( {"payload":sealed,"datakey":key id,"version":"1","type":"DATA_KEY","expiration":expiry} )
//	authorization token = base64( "AWS:" password )
//
// A token says who, never what they may do: that is asked when it is used. It is sealed, not merely signed, so
// that nothing about its owner can be read from it. The commitment is there because AES-GCM alone lets one text
// be valid under two keys; purpose and deployment decide the keys, so that a token of one kind or place is
// noise to every other. One text is one token: a second spelling of it is refused.
//
// It refuses to keep keys, to read a clock, and to know what has been revoked.
//
// Read claims.go, key.go, ring.go, derive.go, seal.go, password.go, rotation.go. docs/token-format.md draws the format.
package token
