package awscli

import (
	"context"
	"io"
)

// Program is one run: everything from outside is a field. The process must ignore SIGPIPE, and cancel the context of
// Run on SIGINT (Run then says so and returns 130).
type Program struct {
	Args    []string // without the program's own name
	Env     []string // as os.Environ gives it
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Columns int    // the width of the terminal that Stdout is; 0 when it is none
	Version string // the line that --version prints
	// CalledAs is the name this program was started by. As "aws" it says of a missing service where to get it.
	CalledAs string
	Backend  Backend
}

// Run does what the arguments say and returns the exit code.
func (p Program) Run(ctx context.Context) int {
	return ExitUsage
}
