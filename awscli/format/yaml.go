package format

import (
	"math"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

// foldAfter is the column from which on a space becomes a line break.
const foldAfter = 80

// longestKey is the length up to which a key stands before its colon without a question mark.
const longestKey = 128

func writeYAML(w *writer, v any) {
	switch v := v.(type) {
	case []any, *pyvalue.Map:
		emitYAML(w, v)
	case pyvalue.Time:
		w.put(string(v) + "\n...\n")
	default:
		w.put(jsonScalar(v))
		w.put("\n")
	}
}

func writeYAMLStream(w *writer, v any) { emitYAML(w, []any{v}) }

func emitYAML(w *writer, v any) {
	e := &emitter{}
	e.node(v, 0, false)
	e.out.WriteString("\n")
	w.put(e.out.String())
}

// emitter writes YAML in block style. It keeps the column, because long texts fold by it.
type emitter struct {
	out    strings.Builder
	column int
}

func (e *emitter) write(s string) {
	e.out.WriteString(s)
	for i := 0; i < len(s); {
		r, size := pyvalue.DecodeRune(s[i:])
		if r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 {
			e.column = 0
		} else {
			e.column++
		}
		i += size
	}
}

// line starts a new line with an indent.
func (e *emitter) line(indent int) { e.write("\n" + strings.Repeat(" ", indent)) }

// node writes a value that starts where we are, at column indent, or, as the value of a key, after its colon.
func (e *emitter) node(v any, indent int, afterColon bool) {
	switch v := v.(type) {
	case []any:
		e.sequence(v, indent, afterColon)
	case *pyvalue.Map:
		e.mapping(v, indent, afterColon)
	default:
		if afterColon {
			e.write(" ")
			indent += 2
		}
		e.scalar(v, indent, false)
	}
}

// sequence writes the items of a list. Under a key they are not indented further than the key: there indent is the
// key's.
func (e *emitter) sequence(list []any, indent int, afterColon bool) {
	if len(list) == 0 {
		e.flow("[]", afterColon)
		return
	}
	for i, item := range list {
		if i > 0 || afterColon {
			e.line(indent)
		}
		e.write("- ")
		e.node(item, indent+2, false)
	}
}

func (e *emitter) flow(empty string, afterColon bool) {
	if afterColon {
		e.write(" ")
	}
	e.write(empty)
}

func (e *emitter) mapping(m *pyvalue.Map, indent int, afterColon bool) {
	if m.Len() == 0 {
		e.flow("{}", afterColon)
		return
	}
	if afterColon {
		indent += 2
	}
	for i, k := range sortedKeys(m) {
		if i > 0 || afterColon {
			e.line(indent)
		}
		v, _ := m.Get(k)
		if len(k) > longestKey || analyse(k).multiline {
			e.write("? ")
			e.scalar(k, indent+2, false)
			e.line(indent)
			e.write(": ")
			e.node(v, indent+2, false)
			continue
		}
		e.scalar(k, indent, true)
		e.write(":")
		e.node(v, indent, true)
	}
}

// scalar writes a value that has no parts; more is the indent of its further lines.
func (e *emitter) scalar(v any, more int, isKey bool) {
	switch v := v.(type) {
	case string:
		e.text(v, more, isKey)
	case nil, bool:
		e.write(jsonScalar(v))
	case float64:
		e.write(yamlFloat(v))
	default:
		e.write(pyvalue.Str(v))
	}
}

func yamlFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	}
	return pyvalue.FormatFloat(f)
}
