package policy

import (
	"errors"
	"fmt"
	"strconv"
)

// ErrTooLarge is in the chain of a MalformedError about a document that exceeds its size. (IAM answers
// LimitExceeded to those and MalformedPolicyDocument to the others.)
var ErrTooLarge = errors.New("policy document too large")

// MalformedError tells why a document was refused, in a sentence for the person who wrote it.
type MalformedError struct {
	Statement int    // counted from 1; 0 when it is about the whole document
	Sid       string // of that statement, if it has one
	Element   string // "Action"; empty when it is about the whole
	Reason    string
	Err       error // ErrTooLarge or the error of strictjson; may be nil
}

// Error is one line, and quotes what it shows of the document.
func (e *MalformedError) Error() string {
	text := "malformed policy document: "
	if e.Statement > 0 {
		text += "statement " + strconv.Itoa(e.Statement)
		if e.Sid != "" {
			text += " (" + e.Sid + ")"
		}
		text += ": "
	}
	if e.Element != "" {
		text += e.Element + ": "
	}
	return text + e.Reason
}

// Unwrap is Err.
func (e *MalformedError) Unwrap() error { return e.Err }

// malformed is an error about an element, to which the caller adds the statement.
func malformed(element, format string, args ...any) *MalformedError {
	return &MalformedError{Element: element, Reason: fmt.Sprintf(format, args...)}
}
