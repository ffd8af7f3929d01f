package query

import (
	"github.com/octroi/octroi/internal/pyvalue"
)

// reference is an expression handed to a function (&...), to be applied to elements there.
type reference struct{ expression *node }

// Opaque shows a reference in messages.
func (r *reference) Opaque() string { return "&expression" }

func (r *reference) apply(v any) (any, error) { return evaluate(r.expression, v) }

func evaluate(n *node, v any) (any, error) {
	switch n.kind {
	case "identity":
		return v, nil
	case "literal":
		return n.value, nil
	case "field":
		if m, ok := v.(*pyvalue.Map); ok {
			member, _ := m.Get(n.name)
			return member, nil
		}
		return nil, nil
	case "chain", "indexed", "pipe":
		return chain(n.kids, v)
	case "index":
		list, _ := v.([]any)
		i := n.index
		if i < 0 {
			i += len(list)
		}
		if i < 0 || i >= len(list) {
			return nil, nil
		}
		return list[i], nil
	case "slice":
		return slice(n.slice, v)
	case "expref":
		return &reference{n.kids[0]}, nil
	case "comparator":
		return comparison(n, v)
	case "or", "and", "not":
		return logic(n, v)
	case "list", "hash":
		return construct(n, v)
	case "function":
		return call(n, v)
	}
	return project(n, v)
}

func chain(steps []*node, v any) (any, error) {
	var err error
	for _, step := range steps {
		if v, err = evaluate(step, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func slice(parts [3]*int, v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, nil
	}
	step := 1
	if parts[2] != nil {
		step = *parts[2]
	}
	if step == 0 {
		return nil, errSliceStep
	}
	low, high := 0, len(list)
	first, last := low, high
	if step < 0 {
		low, high = -1, len(list)-1
		first, last = high, low
	}
	if parts[0] != nil {
		first = bound(*parts[0], len(list), low, high)
	}
	if parts[1] != nil {
		last = bound(*parts[1], len(list), low, high)
	}
	out := []any{}
	for i := first; step > 0 && i < last || step < 0 && i > last; i += step {
		out = append(out, list[i])
	}
	return out, nil
}

func bound(i, length, low, high int) int {
	if i < 0 {
		i += length
	}
	return max(low, min(i, high))
}

// isFalse is JMESPath's idea of false, in which 0 is true.
func isFalse(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case *pyvalue.Map:
		return v.Len() == 0
	}
	return false
}

func logic(n *node, v any) (any, error) {
	left, err := evaluate(n.kids[0], v)
	if err != nil {
		return nil, err
	}
	switch {
	case n.kind == "not":
		return isFalse(left), nil
	case (n.kind == "or") == isFalse(left):
		return evaluate(n.kids[1], v)
	}
	return left, nil
}

func construct(n *node, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if n.kind == "list" {
		out := make([]any, len(n.kids))
		for i, kid := range n.kids {
			e, err := evaluate(kid, v)
			if err != nil {
				return nil, err
			}
			out[i] = e
		}
		return out, nil
	}
	out := new(pyvalue.Map)
	for _, pair := range n.kids {
		e, err := evaluate(pair.kids[0], v)
		if err != nil {
			return nil, err
		}
		out.Set(pair.name, e)
	}
	return out, nil
}

// project evaluates the kinds that apply one expression to many values and drop the nulls.
func project(n *node, v any) (any, error) {
	base, err := evaluate(n.kids[0], v)
	if err != nil {
		return nil, err
	}
	elements, ok := base.([]any)
	switch n.kind {
	case "values":
		m, isMap := base.(*pyvalue.Map)
		if !isMap {
			return nil, nil
		}
		elements, ok = values(m), true
	case "flatten":
		return flatten(elements, ok), nil
	}
	if !ok {
		return nil, nil
	}
	out := []any{}
	for _, element := range elements {
		if n.kind == "filter" {
			keep, err := evaluate(n.kids[2], element)
			if err != nil {
				return nil, err
			}
			if isFalse(keep) {
				continue
			}
		}
		e, err := evaluate(n.kids[1], element)
		if err != nil {
			return nil, err
		}
		if e != nil {
			out = append(out, e)
		}
	}
	return out, nil
}

func values(m *pyvalue.Map) []any {
	out := make([]any, 0, m.Len())
	for _, k := range m.Keys() {
		e, _ := m.Get(k)
		out = append(out, e)
	}
	return out
}

func flatten(elements []any, isList bool) any {
	if !isList {
		return nil
	}
	out := []any{}
	for _, e := range elements {
		if inner, ok := e.([]any); ok {
			out = append(out, inner...)
		} else {
			out = append(out, e)
		}
	}
	return out
}

func comparison(n *node, v any) (any, error) {
	left, err := evaluate(n.kids[0], v)
	if err != nil {
		return nil, err
	}
	right, err := evaluate(n.kids[1], v)
	if err != nil {
		return nil, err
	}
	switch n.name {
	case "==":
		return equal(left, right), nil
	case "!=":
		return !equal(left, right), nil
	}
	if !ordered(left) || !ordered(right) {
		return nil, nil
	}
	order, ok, err := compare(n.name, left, right)
	if err != nil || !ok {
		return false, err
	}
	switch n.name {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

// equal is equality of the runtime, except that 0 and 1 are not false and true. (Inside lists they are.)
func equal(a, b any) bool {
	_, aBool := a.(bool)
	_, bBool := b.(bool)
	if aBool != bBool {
		return false
	}
	return pyvalue.Equal(a, b)
}

func ordered(v any) bool {
	if _, ok := v.(bool); ok {
		return false
	}
	_, isText := v.(string)
	return isText || pyvalue.IsNumber(v)
}

// compare orders two numbers or two texts; ok is false if one is NaN.
func compare(operator string, a, b any) (order int, ok bool, err error) {
	x, xText := a.(string)
	y, yText := b.(string)
	switch {
	case xText && yText:
		return pyvalue.CompareText(x, y), true, nil
	case xText || yText:
		return 0, false, operandError(operator, a, b)
	}
	order, ok = pyvalue.CompareNumbers(a, b)
	return order, ok, nil
}
