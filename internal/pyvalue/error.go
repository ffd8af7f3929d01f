package pyvalue

import "fmt"

// Error is an error in the words of the original, which starts its sentences with a capital and ends them as it likes.
type Error string

func (e Error) Error() string { return string(e) }

// Errorf makes an Error.
func Errorf(format string, arguments ...any) error {
	return Error(fmt.Sprintf(format, arguments...))
}
