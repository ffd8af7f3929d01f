package policy

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/policy/pattern"
)

// Document is a policy document, compiled. It does not change, and may be used by many at once.
type Document struct {
	grammar    grammar
	statements []statement
}

// parse reads text, which counts as size.
func parse(text []byte, g grammar, most Size, size int) (*Document, error) {
	if size > int(most) || len(text) > maxText {
		reason := fmt.Sprintf("it has %d characters (%d bytes in all), and may have %d (%d)", size, len(text), most, maxText)
		return nil, &MalformedError{Reason: reason, Err: ErrTooLarge}
	}
	v, err := strictjson.Parse(text, strictjson.Limits{})
	if err != nil {
		return nil, notJSON(err)
	}
	d := &Document{grammar: g}
	if err := d.read(v); err != nil {
		return nil, err
	}
	return d, nil
}

// sizeOf is the number of characters of text that are not white space.
func sizeOf(text []byte) int {
	size := 0
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' && utf8.RuneStart(c) {
			size++
		}
	}
	return size
}

func notJSON(err error) error {
	e := &MalformedError{Reason: err.Error(), Err: err}
	var at *strictjson.Error
	if errors.As(err, &at) && errors.Is(err, strictjson.ErrDuplicate) {
		e.Reason = fmt.Sprintf("the element %s stands there twice, at byte %d again", at.Reason, at.Offset)
	}
	return e
}

func (d *Document) read(v strictjson.Value) error {
	elements, err := elementsOf(v, "Version", "Id", "Statement")
	if err != nil {
		return err
	}
	version := Version2008
	if v, ok := elements["Version"]; ok {
		text, err := textOf("Version", v)
		if err != nil {
			return err
		}
		if version = Version(text); version != Version2008 && version != Version2012 {
			return malformed("Version", "%s is neither %q nor %q", pattern.Show(text), Version2012, Version2008)
		}
	}
	if v, ok := elements["Id"]; ok {
		if _, err := textOf("Id", v); err != nil {
			return err
		}
	}
	return d.readStatements(elements["Statement"], language{grammar: d.grammar, version: version})
}

func (d *Document) readStatements(v strictjson.Value, l language) error {
	list := []strictjson.Value{v}
	switch v.Kind() {
	case strictjson.None:
		return malformed("", "it has no Statement")
	case strictjson.Array:
		list = v.Elements()
	}
	if len(list) == 0 {
		return malformed("Statement", "the list is empty")
	}
	sids := make(map[string]int, len(list))
	d.statements = make([]statement, len(list))
	for i, v := range list {
		st := &d.statements[i]
		err := st.read(v, l, i+1)
		if first := sids[st.sid]; err == nil && st.sid != "" && first > 0 {
			err = malformed("Sid", "statement %d has the same; a Sid names one statement", first)
		}
		if err != nil {
			var e *MalformedError
			errors.As(err, &e)
			e.Statement, e.Sid = i+1, st.sid
			return e
		}
		sids[st.sid] = i + 1
	}
	return nil
}
