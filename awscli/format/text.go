package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

func writeText(w *writer, v any) { textValue(w, v, nil, nil) }

// textValue writes a value that was reached through a key (nil at the top). Columns, if not nil, are the keys that
// every map of a list gives a field to.
func textValue(w *writer, v any, key *string, columns []string) {
	switch v := v.(type) {
	case *pyvalue.Map:
		textMap(w, v, key, columns)
	case []any:
		textList(w, v, key)
	default:
		w.put(pyvalue.Str(v))
		w.put("\n")
	}
}

func textList(w *writer, list []any, key *string) {
	if slices.ContainsFunc(list, isMap) {
		columns := scalarKeys(w, list)
		for _, e := range list {
			if w.err == nil {
				textValue(w, e, key, columns)
			}
		}
		return
	}
	var scalars, nested []any
	for _, e := range list {
		if isScalar(e) {
			scalars = append(scalars, e)
		} else {
			nested = append(nested, e)
		}
	}
	textScalars(w, scalars, key)
	for _, e := range nested {
		textValue(w, e, key, nil)
	}
}

func textScalars(w *writer, list []any, key *string) {
	if len(list) == 0 {
		return
	}
	fields := make([]string, len(list))
	for i, e := range list {
		fields[i] = pyvalue.Str(e)
		if key != nil {
			w.put(upper(*key) + "\t" + fields[i] + "\n")
		}
	}
	if key == nil {
		w.put(strings.Join(fields, "\t"))
		w.put("\n")
	}
}

func textMap(w *writer, m *pyvalue.Map, key *string, columns []string) {
	var fields, nested []string
	if columns == nil {
		for _, k := range sortedKeys(m) {
			if e, _ := m.Get(k); isScalar(e) {
				fields = append(fields, pyvalue.Str(e))
			} else {
				nested = append(nested, k)
			}
		}
	} else {
		for _, k := range columns {
			field := ""
			if e, ok := m.Get(k); ok {
				field = pyvalue.Str(e)
			}
			fields = append(fields, field)
		}
		for _, k := range sortedKeys(m) {
			if !slices.Contains(columns, k) {
				nested = append(nested, k)
			}
		}
	}
	if len(fields) > 0 {
		if key != nil {
			fields = append([]string{upper(*key)}, fields...)
		}
		w.put(strings.Join(fields, "\t"))
		w.put("\n")
	}
	for _, k := range nested {
		e, _ := m.Get(k)
		textValue(w, e, &k, nil)
	}
}

// scalarKeys are the keys under which any map of a list has a scalar. A list that holds a map must hold nothing else.
func scalarKeys(w *writer, list []any) []string {
	keys := []string{}
	for _, e := range list {
		m, ok := e.(*pyvalue.Map)
		if !ok {
			w.fail(fmt.Errorf("'%s' object has no attribute 'items'", pyvalue.TypeName(e)))
			return nil
		}
		for _, k := range m.Keys() {
			if e, _ := m.Get(k); isScalar(e) && !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	slices.SortFunc(keys, pyvalue.CompareText)
	return keys
}

func isMap(v any) bool {
	_, ok := v.(*pyvalue.Map)
	return ok
}

func isScalar(v any) bool {
	_, list := v.([]any)
	return !list && !isMap(v)
}

func sortedKeys(m *pyvalue.Map) []string {
	keys := slices.Clone(m.Keys())
	slices.SortFunc(keys, pyvalue.CompareText)
	return keys
}

// upper is str.upper(), which turns ß into SS; the table of such cases is small, and names of members are ASCII.
func upper(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "ß", "SS")) }
