package query

import (
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"github.com/octroi/octroi/internal/pyvalue"
)

// space is white space as the runtime strips it.
func space(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F
}

func contains(subject, search any) (any, error) {
	text, ok := subject.(string)
	if !ok {
		for _, e := range subject.([]any) {
			if pyvalue.Equal(e, search) {
				return true, nil
			}
		}
		return false, nil
	}
	part, ok := search.(string)
	if !ok {
		return nil, fmt.Errorf("'in <string>' requires string as left operand, not %s", pyvalue.TypeName(search))
	}
	return strings.Contains(text, part), nil
}

func startsWith(text, part any) (any, error) {
	return strings.HasPrefix(text.(string), part.(string)), nil
}

func endsWith(text, part any) (any, error) {
	return strings.HasSuffix(text.(string), part.(string)), nil
}

func join(glue, list any) (any, error) {
	var parts []string
	for _, e := range list.([]any) {
		parts = append(parts, e.(string))
	}
	return strings.Join(parts, glue.(string)), nil
}

func keys(v any) (any, error) {
	out := []any{}
	for _, k := range v.(*pyvalue.Map).Keys() {
		out = append(out, k)
	}
	return out, nil
}

func length(v any) (any, error) {
	n := 0
	switch v := v.(type) {
	case []any:
		n = len(v)
	case *pyvalue.Map:
		n = v.Len()
	case string:
		n = len(characters(v))
	}
	return pyvalue.Int(int64(n)), nil
}

// characters are the characters of a text, each as its bytes: a lone surrogate has no rune of its own.
func characters(s string) []string {
	var out []string
	for s != "" {
		_, size := pyvalue.DecodeRune(s)
		out = append(out, s[:size])
		s = s[size:]
	}
	return out
}

func mapped(by, list any) (any, error) {
	out := []any{}
	for _, e := range list.([]any) {
		m, err := by.(*reference).apply(e)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func merge(maps []any) (any, error) {
	out := new(pyvalue.Map)
	for _, v := range maps {
		m, ok := v.(*pyvalue.Map)
		if !ok {
			return nil, fmt.Errorf("merge() takes objects only, received: %q", kindOf(v))
		}
		for _, k := range m.Keys() {
			e, _ := m.Get(k)
			out.Set(k, e)
		}
	}
	return out, nil
}

func notNull(list []any) (any, error) {
	for _, e := range list {
		if e != nil {
			return e, nil
		}
	}
	return nil, nil
}

func reverse(v any) (any, error) {
	if text, ok := v.(string); ok {
		var b strings.Builder
		parts := characters(text)
		for i := len(parts) - 1; i >= 0; i-- {
			b.WriteString(parts[i])
		}
		return b.String(), nil
	}
	list := v.([]any)
	out := make([]any, len(list))
	for i, e := range list {
		out[len(list)-1-i] = e
	}
	return out, nil
}

func toArray(v any) (any, error) {
	if list, ok := v.([]any); ok {
		return list, nil
	}
	return []any{v}, nil
}

func toNumber(v any) (any, error) {
	switch v := v.(type) {
	case *big.Int, float64:
		return v, nil
	case string:
		if n, ok := pyvalue.ParseInt(v); ok {
			return n, nil
		}
		if f, ok := pyvalue.ParseFloat(v); ok {
			return f, nil
		}
	case pyvalue.Time, *reference:
		return nil, fmt.Errorf("to_number() cannot convert a value of type %s", kindOf(v))
	}
	return nil, nil
}

func toString(v any) (any, error) {
	if text, ok := v.(string); ok {
		return text, nil
	}
	return pyvalue.Compact(v), nil
}

func typeOf(v any) (any, error) {
	switch kind := kindOf(v); kind {
	case "unknown", "expref":
		return nil, nil
	default:
		return kind, nil
	}
}
