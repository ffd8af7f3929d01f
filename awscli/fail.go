package awscli

import (
	"strconv"
)

// The exit codes of the AWS CLI.
const (
	ExitUsage         = 252 // the command line is wrong
	ExitConfiguration = 253 // no region, no credentials, a setting that makes no sense
	ExitService       = 254 // the service said no
	ExitGeneral       = 255 // everything else
	ExitInterrupted   = 130 // SIGINT
	ExitBrokenOutput  = 120 // standard output cannot be written
)

// ExitError is an error that knows its exit code. What it says goes to standard error, framed by this package.
type ExitError interface {
	error
	ExitCode() int
}

// Failure is any error but the service's own.
type Failure struct {
	Exit    int    // zero counts as ExitGeneral
	Kind    string // the code of structured error formats: NoRegion, NoCredentials, ParamValidation, ...; may be empty
	Message string
}

func (f *Failure) Error() string { return f.Message }

// ExitCode is ExitGeneral unless the failure says otherwise.
func (f *Failure) ExitCode() int {
	if f.Exit == 0 {
		return ExitGeneral
	}
	return f.Exit
}

// ServiceError is an answer of the service (or of STS, on the way to credentials) that refuses the request.
type ServiceError struct {
	Code, Message string
	Operation     string // AssumeRole, GetAuthorizationToken, ...
	// ReachedRetries is set when as many attempts were made as are allowed; then Retries is that number less one. With
	// one allowed attempt this is true of every error.
	ReachedRetries bool
	Retries        int
	// Fields are further members of the error, in the answer's order; values as this package decodes JSON.
	Fields []Field
}

// Field is one named member.
type Field struct {
	Name  string
	Value any
}

func (e *ServiceError) Error() string {
	note := ""
	if e.ReachedRetries {
		note = " (reached max retries: " + strconv.Itoa(e.Retries) + ")"
	}
	return "An error occurred (" + e.Code + ") when calling the " + e.Operation + " operation" + note + ": " + e.Message
}

// ExitCode is ExitService.
func (e *ServiceError) ExitCode() int { return ExitService }
