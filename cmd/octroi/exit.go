package main

import "errors"

// Exit codes, as the AWS CLI's.
const (
	exitInterrupted = 130
	exitUsage       = 252
	exitWrong       = 1 // doctor found something; the AWS CLI has no such command
	exitOther       = 255
)

// errHelp ends a command that was asked for its help and gave it.
var errHelp = errors.New("help")

// usageError is a command line that says nothing we know.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// ExitCode is the AWS CLI's for usage.
func (e *usageError) ExitCode() int { return exitUsage }
