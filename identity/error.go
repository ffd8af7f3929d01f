package identity

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/store"
)

// Kind says what an Error is. An endpoint maps it to the name and status of its protocol.
type Kind int

// The kinds of refusals that are no denials.
const (
	NoSuchEntity Kind = iota + 1
	EntityAlreadyExists
	DeleteConflict
	LimitExceeded
	MalformedPolicy
	Validation
	PackedPolicyTooLarge
	InvalidAuthorizationMessage
	InvalidIdentityToken
	ExpiredToken
	ProviderUnreachable
)

// Error is a refusal in words for the caller.
type Error struct {
	Kind    Kind
	Message string
}

func (e *Error) Error() string { return e.Message }

func noSuch(message string) error { return &Error{NoSuchEntity, message} }

func invalid(format string, args ...any) error {
	return &Error{Validation, fmt.Sprintf(format, args...)}
}

// quoted shows a name of the caller's without letting it draw.
func quoted(name string) string { return strconv.Quote(name) }

// told turns what the store refuses into what a caller is told; missing and taken are the sentences for a thing that
// is not there and for one that is.
func told(err error, missing, taken string) error {
	malformed, unknown := new(policy.MalformedError), new(store.UnknownPrincipalError)
	switch {
	case errors.As(err, &unknown):
		return &Error{MalformedPolicy, unknown.Error()}
	case errors.As(err, &malformed) && errors.Is(err, policy.ErrTooLarge):
		return &Error{LimitExceeded, malformed.Error()}
	case errors.As(err, &malformed):
		return &Error{MalformedPolicy, malformed.Error()}
	case errors.Is(err, store.ErrNotFound):
		return noSuch(missing)
	case errors.Is(err, store.ErrExists):
		return &Error{EntityAlreadyExists, taken}
	case errors.Is(err, store.ErrInUse):
		return &Error{DeleteConflict, err.Error()}
	case errors.Is(err, store.ErrLimit):
		return &Error{LimitExceeded, err.Error()}
	case errors.Is(err, store.ErrInvalid):
		return &Error{Validation, err.Error()}
	}
	return err
}
