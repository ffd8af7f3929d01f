//go:build !(linux && amd64)

package main

func canTrace() error { return errNoTracer() }

func errNoTracer() error {
	return &cannotRun{"calls are made to fail on Linux on amd64 only"}
}

func traceMain([]string) int { return 2 }

func filterMain([]string) error { return errNoTracer() }
