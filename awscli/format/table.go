package format

import (
	"errors"
	"fmt"
	"slices"

	"github.com/octroi/octroi/internal/pyvalue"
)

// section is one box of a table: a title, headers, and rows. A section deeper in the value is indented by a bar on
// each side.
type section struct {
	title   string
	headers []string
	rows    [][]string
	indent  int
	columns int // -1 until the first row or headers decide
	widths  []int
}

// table collects the sections of a value. Its first error ends the building; later calls do nothing.
type table struct {
	sections []*section
	err      error
}

func writeTable(w *writer, v any, o Options) {
	t := &table{}
	shown := t.build(&o.Title, v, 0)
	switch {
	case t.err != nil:
		w.fail(t.err)
	case shown:
		t.render(w, o)
	}
}

func (t *table) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *table) open(title string, indent int) {
	t.sections = append(t.sections, &section{title: title, indent: indent, columns: -1})
}

func (t *table) header(names []string) {
	s := t.sections[len(t.sections)-1]
	if s.columns >= 0 && s.columns != len(names) {
		t.fail(pyvalue.Errorf("Header length should be %d, received %d", s.columns, len(names)))
		return
	}
	s.columns = len(names)
	s.headers = names
	s.widen(names)
}

func (t *table) row(fields []string) {
	s := t.sections[len(t.sections)-1]
	if s.columns < 0 {
		s.columns = len(fields)
	}
	if s.columns != len(fields) {
		t.fail(pyvalue.Errorf("Row should have %d elements, instead it has %d", s.columns, len(fields)))
		return
	}
	s.rows = append(s.rows, fields)
	s.widen(fields)
}

func (s *section) widen(fields []string) {
	if s.widths == nil {
		s.widths = make([]int, len(fields))
	}
	for i, f := range fields {
		s.widths[i] = max(s.widths[i], cells(f))
	}
}

// build adds the sections of a value, and tells whether there was anything to show. Without a title the value goes
// into the section that is open.
func (t *table) build(title *string, v any, indent int) bool {
	if t.err != nil || !pyvalue.Truth(v) {
		return false
	}
	if title != nil {
		t.open(*title, indent)
	}
	switch v := v.(type) {
	case []any:
		if isMap(v[0]) {
			t.maps(v, title, indent)
			break
		}
		for _, e := range v {
			t.item(e)
		}
	case *pyvalue.Map:
		t.fields(v, indent)
	}
	return true
}

// item adds an element of a list that does not start with a map. A map in it counts as the list of its keys.
func (t *table) item(e any) {
	switch e := e.(type) {
	case []any:
		if slices.ContainsFunc(e, func(e any) bool { return !isScalar(e) }) {
			t.build(nil, e, 0)
			return
		}
		fields := make([]string, len(e))
		for i, f := range e {
			fields[i] = pyvalue.Str(f)
		}
		t.row(fields)
	case *pyvalue.Map:
		t.row(e.Keys())
	default:
		t.row([]string{pyvalue.Str(e)})
	}
}

// fields adds a map: its scalars as a row, each other member as a section of its own.
func (t *table) fields(m *pyvalue.Map, indent int) {
	headers, nested := partition(m)
	row := make([]string, len(headers))
	for i, h := range headers {
		e, _ := m.Get(h)
		row[i] = pyvalue.Str(e)
	}
	switch {
	case len(headers) == 1:
		t.row([]string{headers[0], row[0]})
	case len(headers) > 1:
		t.header(headers)
		t.row(row)
	}
	for _, k := range nested {
		e, _ := m.Get(k)
		t.build(&k, e, indent+1)
	}
}

// maps adds a list of maps. Where they have members that are no scalars, each starts a section.
func (t *table) maps(list []any, title *string, indent int) {
	var headers, nested []string
	for _, e := range list {
		m, ok := e.(*pyvalue.Map)
		if !ok {
			t.fail(notMap(e))
			return
		}
		h, n := partition(m)
		headers, nested = union(headers, h), union(nested, n)
	}
	t.header(headers)
	for i, e := range list {
		if i > 0 && len(nested) > 0 {
			name := ""
			if title != nil {
				name = *title
			}
			t.open(name, indent)
			t.header(headers)
		}
		m := e.(*pyvalue.Map)
		row := make([]string, len(headers))
		for i, h := range headers {
			if f, ok := m.Get(h); ok {
				row[i] = pyvalue.Str(f)
			}
		}
		t.row(row)
		for _, k := range nested {
			if member, ok := m.Get(k); ok {
				t.build(&k, member, indent+1)
			}
		}
	}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	slices.SortFunc(a, pyvalue.CompareText)
	return a
}

func partition(m *pyvalue.Map) (scalars, others []string) {
	for _, k := range sortedKeys(m) {
		if e, _ := m.Get(k); isScalar(e) {
			scalars = append(scalars, k)
		} else {
			others = append(others, k)
		}
	}
	return scalars, others
}

// notMap is what the original trips over when a list of maps holds something else.
func notMap(v any) error {
	switch v.(type) {
	case string:
		return errors.New("string indices must be integers, not 'str'")
	case []any:
		return errors.New("list indices must be integers or slices, not str")
	}
	return fmt.Errorf("'%s' object is not iterable", pyvalue.TypeName(v))
}
