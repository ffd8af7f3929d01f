package strictjson

import (
	"bytes"
	"fmt"
	"math"
	"unicode/utf8"
)

// Limits bounds what Parse reads. A field that is zero or negative means its default.
type Limits struct {
	Depth   int // nested objects and lists; 64
	Members int // members of all objects and elements of all lists together; 100,000
	String  int // bytes of a decoded string, a member name or a number; 1 MiB
}

func (l Limits) withDefaults() Limits {
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	set(&l.Depth, 64)
	set(&l.Members, 100_000)
	set(&l.String, 1<<20)
	return l
}

// Parse reads the one value that text is. Every error is an *Error. The text is copied: it may change
// afterwards. How long it may be is for the caller to bound before reading it.
func Parse(text []byte, limits Limits) (Value, error) {
	if len(text) > math.MaxInt32 {
		return Value{}, &Error{ErrLimit, 0, "text of more than 2 GiB"}
	}
	if bytes.HasPrefix(text, []byte("\uFEFF")) {
		return Value{}, &Error{ErrEncoding, 0, "byte order mark"}
	}
	if !utf8.Valid(text) {
		return Value{}, &Error{ErrEncoding, invalidAt(text), "invalid UTF-8"}
	}
	s := scanner{text: string(text), limits: limits.withDefaults()}
	value, err := s.value(0)
	if err != nil {
		return Value{}, err
	}
	if s.space(); s.at != len(s.text) {
		return Value{}, s.syntax("something after the value")
	}
	return value, nil
}

func invalidAt(text []byte) int {
	at := 0
	for {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// scanner reads text from left to right, once. The two stacks hold the members and elements of the
// containers that are open (push, pop). That, and texts that are slices of the document, keeps memory near the
// size of what is kept.
type scanner struct {
	text     string
	at       int
	limits   Limits
	count    int
	members  []Member
	elements []Value
}

func (s *scanner) syntax(reason string) error { return s.fail(ErrSyntax, reason) }

func (s *scanner) fail(about error, reason string) error {
	return &Error{about, s.at, reason}
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// peek is the next byte, and 0 at the end: no byte 0 is valid anywhere in JSON.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// take steps over the byte b, after white space, if it comes next.
func (s *scanner) take(b byte) bool {
	s.space()
	if s.peek() != b {
		return false
	}
	s.at++
	return true
}

// value reads a value inside depth open containers. The recursion is as deep as limits.Depth at most.
func (s *scanner) value(depth int) (Value, error) {
	s.space()
	offset := s.at
	var v Value
	var err error
	switch c := s.peek(); {
	case c == '{' || c == '[':
		if depth >= s.limits.Depth {
			return v, s.fail(ErrLimit, fmt.Sprintf("more than %d levels", s.limits.Depth))
		}
		s.at++
		if c == '{' {
			v.kind = Object
			v.inside, err = s.object(depth + 1)
		} else {
			v.kind = Array
			v.inside, err = s.array(depth + 1)
		}
	case c == '"':
		v.kind = String
		v.text, _, err = s.str()
	case c == '-' || isDigit(c):
		v.kind = Number
		v.text, err = s.number()
	default:
		v.kind, v.text, err = s.literal()
	}
	v.offset = int32(offset)
	return v, err
}

func (s *scanner) literal() (Kind, string, error) {
	for _, l := range [...]struct {
		text string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if len(s.text)-s.at >= len(l.text) && s.text[s.at:s.at+len(l.text)] == l.text {
			s.at += len(l.text)
			return l.kind, l.text, nil
		}
	}
	return None, "", s.syntax("no value")
}

// counted makes room for one more member or element.
func (s *scanner) counted() error {
	if s.count++; s.count > s.limits.Members {
		return s.fail(ErrLimit, fmt.Sprintf("more than %d members and elements", s.limits.Members))
	}
	return nil
}
