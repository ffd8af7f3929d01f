package policy

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/octroi/octroi/internal/strictjson"
)

// Version is the version of the policy language.
type Version string

// The versions that there are. A document that names none has the first.
const (
	Version2008 Version = "2008-10-17"
	Version2012 Version = "2012-10-17"
)

// MaxSize is how long an identity policy may be, in characters that are not white space. (It is AWS's
// figure for managed policies; AWS gives the inline policies of a user 2,048.)
const MaxSize = 6_144

// maxText bounds the text with its white space.
//
// Source: IAM API Reference, PutUserPolicy, PolicyDocument.
const maxText = 131_072

// Document is a policy document, compiled. It does not change, and may be used by many at once.
type Document struct {
	statements []statement
}

// Parse reads and compiles an identity policy. Every error is a *MalformedError.
func Parse(text []byte) (*Document, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	v, err := strictjson.Parse(text, strictjson.Limits{})
	if err != nil {
		return nil, notJSON(err)
	}
	d := new(Document)
	if err := d.read(v); err != nil {
		return nil, err
	}
	return d, nil
}

// checkText checks size and characters, before anything is built from the text.
//
// Source: IAM API Reference, PutUserPolicy, PolicyDocument: pattern [\u0009\u000A\u000D\u0020-\u00FF]+.
func checkText(text []byte) error {
	size := 0
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' && utf8.RuneStart(c) {
			size++
		}
	}
	if size > MaxSize || len(text) > maxText {
		reason := fmt.Sprintf("it has %d characters besides white space (%d bytes in all), and may have %d (%d)", size, len(text), MaxSize, maxText)
		return &MalformedError{Reason: reason, Err: ErrTooLarge}
	}
	return nil
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
			return malformed("Version", "%s is neither %q nor %q", show(text), Version2012, Version2008)
		}
	}
	if v, ok := elements["Id"]; ok {
		if _, err := textOf("Id", v); err != nil {
			return err
		}
	}
	return d.readStatements(elements["Statement"], version)
}

func (d *Document) readStatements(v strictjson.Value, version Version) error {
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
		err := st.read(v, version, i+1)
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
