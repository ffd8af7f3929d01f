package query

import (
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

const (
	errEmpty     = pyvalue.Error("Invalid JMESPath expression: cannot be empty.")
	errReference = pyvalue.Error("an expression reference (&...) is no result")
	errSliceStep = pyvalue.Error("slice step cannot be zero")
)

// arrow points at a place below a line.
func arrow(at int) string { return strings.Repeat(" ", at) + "^" }

// lexError is about a character that begins no token.
func lexError(text []rune, at int, reason string) error {
	return pyvalue.Errorf("Bad jmespath expression: %s:\n%s\n%s", reason, string(text), arrow(at))
}

// parseError is about a token that may not stand where it does.
func parseError(text []rune, at int, t token, reason string) error {
	return pyvalue.Errorf("%s: Parse error at column %d, token \"%s\" (%s), for expression:\n\"%s\"\n%s",
		reason, at, t.shown(), strings.ToUpper(t.kind), string(text), arrow(at+1))
}

// incomplete is about an expression that ends too early.
func incomplete(text []rune, at int) error {
	return pyvalue.Errorf("Invalid jmespath expression: Incomplete expression:\n\"%s\"\n%s", string(text), arrow(at+1))
}

// typeError is about an argument of a type that a function does not take.
func typeError(function string, v any, received string, expected []string) error {
	list := make([]any, len(expected))
	for i, e := range expected {
		list[i] = e
	}
	return pyvalue.Errorf("In function %s(), invalid type for value: %s, expected one of: %s, received: \"%s\"",
		function, pyvalue.Str(v), pyvalue.Repr(list), received)
}

// arityError is about a wrong number of arguments.
func arityError(function string, want, got int, variadic bool) error {
	least, noun := "", "arguments"
	if variadic {
		least = "at least "
	}
	if want == 1 {
		noun = "argument"
	}
	return pyvalue.Errorf("Expected %s%d %s for function %s(), received %d", least, want, noun, function, got)
}

// operandError is about an operator between two types that it does not know.
func operandError(operator string, a, b any) error {
	return pyvalue.Errorf("'%s' not supported between instances of '%s' and '%s'", operator, pyvalue.TypeName(a), pyvalue.TypeName(b))
}
