//go:build !linux

package main

import "errors"

// askSecretly cannot hide what is typed here, and so does not ask.
func askSecretly(string) (string, error) { return "", errors.New("not supported on this system") }
