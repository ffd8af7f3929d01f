package webidentity

import "fmt"

// Kind says what an Error is; package endpoint gives it the name that STS has for it. The zero Kind is none.
type Kind int

// The kinds of refusals.
const (
	Malformed    Kind = iota + 1 // no token at all: too long, empty
	Invalid                      // not genuine, or not for us
	Expired                      // genuine once
	Unreachable                  // the provider's keys cannot be had
	Unregistered                 // nobody vouches for its issuer here
)

// Error is a refusal in words for the caller. What went wrong behind our own door (an address, a certificate) is in
// Cause, which is for the log only: the caller has shown no credential.
type Error struct {
	Kind    Kind
	Message string
	Cause   error
}

func (e *Error) Error() string { return e.Message }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

func invalid(format string, args ...any) error {
	return &Error{Kind: Invalid, Message: fmt.Sprintf(format, args...)}
}

// Sentences of AWS's, which people search for.
const (
	notAToken     = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
	wrongAudience = "Incorrect token audience"
	noKeys        = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
)

func noToken(why string) error { return invalid("%s: %s", notAToken, why) }

func unreachable(cause error) error {
	return &Error{Kind: Unreachable, Message: noKeys, Cause: cause}
}
