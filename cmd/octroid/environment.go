package main

import (
	"os"

	"github.com/octroi/octroi/server"
)

// environment is what the program takes from its environment.
type environment struct{ rootKey, nextRootKey, credentials string }

// takeEnvironment reads the variables, and removes those that hold keys: no program that this one starts gets them, and
// where the system shows processes' environments they are blanks from now on.
func takeEnvironment() environment {
	e := environment{os.Getenv(server.RootKeyVariable), os.Getenv(server.NextRootKeyVariable), os.Getenv(server.CredentialsVariable)}
	if e.rootKey != "" || e.nextRootKey != "" {
		os.Unsetenv(server.RootKeyVariable)
		os.Unsetenv(server.NextRootKeyVariable)
		blank(server.RootKeyVariable, server.NextRootKeyVariable)
	}
	return e
}
