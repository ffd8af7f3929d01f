package strictjson

import (
	"errors"
	"fmt"
)

// What an Error can be about, for errors.Is.
var (
	ErrSyntax    = errors.New("not JSON")
	ErrEncoding  = errors.New("not valid Unicode")
	ErrDuplicate = errors.New("duplicate member name")
	ErrLimit     = errors.New("too large")
)

// Error tells why a text was refused and where. It shows nothing of the text but, quoted and cut, the
// name of a duplicate member.
type Error struct {
	Err    error // one of the sentinels of this package
	Offset int   // in bytes
	Reason string
}

// Error is one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%v: %s at byte %d", e.Err, e.Reason, e.Offset)
}

// Unwrap is the sentinel.
func (e *Error) Unwrap() error { return e.Err }
