package format

import (
	"fmt"

	"github.com/octroi/octroi/internal/pyvalue"
)

// Options are what a format may need besides the value.
type Options struct {
	Title string // of a table: the operation's name
	Width int    // of the terminal; tables that are wider turn upright. 0 counts as 80
	Color bool   // tables only
	// Reset puts the terminal's colours back after everything written, as the original does where it writes to
	// standard output itself.
	Reset bool
}

// Known tells whether a name is one of a format.
func Known(name string) bool {
	switch name {
	case "json", "text", "table", "yaml", "yaml-stream", "off":
		return true
	}
	return false
}

// Write gives a value's text in a format that is Known. With an error comes what the original has written by then.
func Write(name string, v any, o Options) ([]byte, error) {
	w := &writer{}
	switch name {
	case "json":
		if !emptyMap(v) {
			writeJSON(w, v)
		}
	case "text":
		writeText(w, v)
	case "table":
		w.reset = o.Reset && o.Color
		writeTable(w, v, o)
	case "yaml":
		if !emptyMap(v) {
			writeYAML(w, v)
		}
	case "yaml-stream":
		if !emptyMap(v) {
			writeYAMLStream(w, v)
		}
	}
	return w.out, w.err
}

func emptyMap(v any) bool {
	m, ok := v.(*pyvalue.Map)
	return ok && m.Len() == 0
}

// writer collects what is written. Each call of put is one write of the original: one with a lone surrogate, which no
// encoding has, writes nothing and ends everything.
type writer struct {
	out   []byte
	err   error
	reset bool
}

func (w *writer) put(text string) {
	if w.err != nil {
		return
	}
	if r, at, found := pyvalue.Surrogate(text); found {
		w.fail(fmt.Errorf("'utf-8' codec can't encode character '\\u%04x' in position %d: surrogates not allowed", r, at))
		return
	}
	w.out = append(w.out, text...)
	if w.reset {
		w.out = append(w.out, resetStyle...)
	}
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}
