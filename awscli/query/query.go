package query

import (
	"slices"

	"github.com/octroi/octroi/internal/pyvalue"
)

// Query is a compiled expression.
type Query struct {
	root *node
}

// Compile reads an expression. The error's text is complete: it shows the expression and points at the place.
func Compile(expression string) (*Query, error) {
	if expression == "" {
		return nil, errEmpty
	}
	text := []rune(expression)
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := parser{text: text, tokens: tokens}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Query{root: root}, nil
}

// Search applies the query to a value. The value is not changed, but the result may share parts with it.
func (q *Query) Search(v any) (any, error) {
	result, err := evaluate(q.root, v)
	if err != nil {
		return nil, err
	}
	if holdsReference(result) {
		return nil, errReference
	}
	return result, nil
}

func holdsReference(v any) bool {
	switch v := v.(type) {
	case *reference:
		return true
	case []any:
		return slices.ContainsFunc(v, holdsReference)
	case *pyvalue.Map:
		return slices.ContainsFunc(values(v), holdsReference)
	}
	return false
}
