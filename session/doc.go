// Package session begins sessions and opens them again: those of roles, of users, and of those whom a user federates.
//
// A session is three texts that its caller keeps: an access key id (ASIA...), a secret and a session token. The service
// keeps nothing: the token, sealed by package token, says whose session it is and what narrows it, and the secret
// follows from the token. So there is no row to look up and none to forget. What ends a session before its time is
// looked at whenever it is used: its role or user, which must still be the same one; the key that began it, for a
// user's own; and revocations.
//
// What a session is travels packed, as one text, in its token, in Principal.Limits, and in every login and bearer that
// it asks for:
//
//	packed = format(1) kind(1) begun lifetime field(parent) field(name) field(source identity) field(provider) limits
//	limits = nothing, or DEFLATE, with a dictionary of our own, of:
//	         field(policy) count field(ARN)... count transitive(1) field(key) field(value)...
//
// Numbers are unsigned varints; a field is a text after its length.
//
// It refuses to decide who may begin a session (package identity) and what a session may do (package access).
//
// Read session.go, pack.go, limits.go, deflate.go, memory.go, register.go, begin.go, open.go, standing.go, key.go.
package session
