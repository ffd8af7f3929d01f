package format

import (
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

func writeJSON(w *writer, v any) {
	jsonValue(w, "", v, 0)
	w.put("\n")
}

// jsonValue writes a value after what must stand before it; a scalar and its lead are one write.
func jsonValue(w *writer, lead string, v any, depth int) {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			w.put(lead + "[]")
			return
		}
		lead += "["
		for _, e := range v {
			jsonValue(w, lead+newline(depth+1), e, depth+1)
			lead = ","
		}
		w.put(newline(depth) + "]")
	case *pyvalue.Map:
		if v.Len() == 0 {
			w.put(lead + "{}")
			return
		}
		lead += "{"
		for _, k := range v.Keys() {
			e, _ := v.Get(k)
			w.put(lead + newline(depth+1))
			w.put(jsonScalar(k))
			w.put(": ")
			jsonValue(w, "", e, depth+1)
			lead = ","
		}
		w.put(newline(depth) + "}")
	default:
		w.put(lead + jsonScalar(v))
	}
}

func jsonScalar(v any) string {
	if t, ok := v.(pyvalue.Time); ok {
		v = t.ISO()
	}
	return string(pyvalue.AppendScalar(nil, v, false))
}

func newline(depth int) string { return "\n" + strings.Repeat("    ", depth) }
