package wire

import "strconv"

// Exit codes of the AWS CLI that a call can end with.
const (
	exitService = 254 // the service answered with an error
	exitOther   = 255 // nothing usable came back
)

// Error is a call that brought back no answer, in the AWS CLI's words.
type Error struct {
	Message string // what a person reads; free of credentials
	Retry   bool   // whether a further attempt may fare better
	Cause   error  // for --debug; may be nil
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ExitCode is the AWS CLI's exit code for a failed call.
func (e *Error) ExitCode() int { return exitOther }

// ServiceError is a refusal by the service.
type ServiceError struct {
	Code, Message string
	Operation     string // as GetAuthorizationToken
	Status        int
	Attempts, Max int // attempts made, and allowed
}

// Error is the AWS CLI's sentence. It says that the retries are used up whenever the last allowed attempt
// failed, whatever the reason.
func (e *ServiceError) Error() string {
	spent := ""
	if e.Attempts == e.Max {
		spent = " (reached max retries: " + strconv.Itoa(e.Attempts-1) + ")"
	}
	return "An error occurred (" + e.Code + ") when calling the " + e.Operation + " operation" + spent + ": " + e.Message
}

// ExitCode is the AWS CLI's exit code for a refusal.
func (e *ServiceError) ExitCode() int { return exitService }
