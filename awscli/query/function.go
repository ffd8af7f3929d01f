package query

import (
	"math/big"

	"github.com/octroi/octroi/internal/pyvalue"
)

// function is one of JMESPath's functions: the types each parameter takes (none listed: any), and what it does. Of a
// variadic one the last parameter may come again.
type function struct {
	parameters [][]string
	variadic   bool
	do         func(arguments []any) (any, error)
}

func lookup(name string) (function, bool) {
	one := func(do func(any) (any, error), types ...string) (function, bool) {
		return function{[][]string{types}, false, func(a []any) (any, error) { return do(a[0]) }}, true
	}
	two := func(do func(a, b any) (any, error), first, second []string) (function, bool) {
		return function{[][]string{first, second}, false, func(a []any) (any, error) { return do(a[0], a[1]) }}, true
	}
	is := func(types ...string) []string { return types }
	switch name {
	case "abs":
		return one(abs, "number")
	case "avg":
		return one(average, "array-number")
	case "ceil":
		return one(ceil, "number")
	case "contains":
		return two(contains, is("array", "string"), nil)
	case "ends_with":
		return two(endsWith, is("string"), is("string"))
	case "floor":
		return one(floor, "number")
	case "join":
		return two(join, is("string"), is("array-string"))
	case "keys":
		return one(keys, "object")
	case "length":
		return one(length, "string", "array", "object")
	case "map":
		return two(mapped, is("expref"), is("array"))
	case "max":
		return one(maximum, "array-number", "array-string")
	case "max_by":
		return two(maximumBy, is("array"), is("expref"))
	case "merge":
		return function{[][]string{is("object")}, true, merge}, true
	case "min":
		return one(minimum, "array-number", "array-string")
	case "min_by":
		return two(minimumBy, is("array"), is("expref"))
	case "not_null":
		return function{[][]string{nil}, true, notNull}, true
	case "reverse":
		return one(reverse, "array", "string")
	case "sort":
		return one(sorted, "array-string", "array-number")
	case "sort_by":
		return two(sortedBy, is("array"), is("expref"))
	case "starts_with":
		return two(startsWith, is("string"), is("string"))
	case "sum":
		return one(sum, "array-number")
	case "to_array":
		return one(toArray)
	case "to_number":
		return one(toNumber)
	case "to_string":
		return one(toString)
	case "type":
		return one(typeOf)
	case "values":
		return one(func(v any) (any, error) { return values(v.(*pyvalue.Map)), nil }, "object")
	}
	return function{}, false
}

func call(n *node, v any) (any, error) {
	arguments := make([]any, len(n.kids))
	for i, kid := range n.kids {
		a, err := evaluate(kid, v)
		if err != nil {
			return nil, err
		}
		arguments[i] = a
	}
	f, ok := lookup(n.name)
	if !ok {
		return nil, pyvalue.Errorf("Unknown function: %s()", n.name)
	}
	want, got := len(f.parameters), len(arguments)
	if got < want || got > want && !f.variadic {
		return nil, arityError(n.name, want, got, f.variadic)
	}
	for i, types := range f.parameters { // the further ones of a variadic function are not checked, as in the original
		if err := check(n.name, arguments[i], types); err != nil {
			return nil, err
		}
	}
	return f.do(arguments)
}

// check holds an argument against the types allowed. "array-number" is an array of numbers; where several element
// types are allowed, the first element decides for all.
func check(name string, v any, types []string) error {
	if len(types) == 0 {
		return nil
	}
	kind := kindOf(v)
	var elements []string
	allowed := false
	for _, t := range types {
		switch {
		case t == kind:
			allowed = true
		case len(t) > 6 && t[:6] == "array-":
			allowed = allowed || kind == "array"
			elements = append(elements, t[6:])
		}
	}
	if !allowed {
		return typeError(name, v, kind, types)
	}
	list, _ := v.([]any)
	if len(elements) == 0 || len(list) == 0 {
		return nil
	}
	want := ""
	for _, e := range elements {
		if len(elements) == 1 || kindOf(list[0]) == e {
			want = e
			break
		}
	}
	for _, e := range list {
		if kindOf(e) != want {
			return typeError(name, e, pyvalue.TypeName(e), types)
		}
	}
	return nil
}

// kindOf is a value's type in JMESPath's words.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case *big.Int, float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case *pyvalue.Map:
		return "object"
	case *reference:
		return "expref"
	}
	return "unknown"
}
