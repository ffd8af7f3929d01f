package strictjson

import "strconv"

// Kind is what a Value is. The zero Kind is no value at all, which is not null.
type Kind uint8

// The kinds of RFC 8259 section 3.
const (
	None Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String names the kind for a person: "a string", "an object".
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Array:
		return "a list"
	case Object:
		return "an object"
	}
	return "nothing"
}

// Value is a JSON value. It does not change after Parse, so that it may be read by many at once.
//
// The accessors never panic: asked for what the value is not, they give the zero of their type. A caller
// to whom that difference matters asks Kind first. Texts share memory with the whole document.
type Value struct {
	kind   Kind
	offset int32
	text   string // of a String decoded, of a Number and a Bool as written
	inside *inside
}

// inside is what a container that is not empty holds. Behind a pointer: most values are no containers,
// and there may be 100,000 of them.
type inside struct {
	members  []Member
	elements []Value
}

// Member is a member of an object. Escaped tells that the document spelled the name with an escape
// (as "\u0045ffect"), for those who accept only one spelling.
type Member struct {
	Name    string
	Escaped bool
	Value   Value
}

// Kind is what the value is.
func (v Value) Kind() Kind { return v.kind }

// Offset is where the value begins in the text that was parsed, in bytes.
func (v Value) Offset() int { return int(v.offset) }

// Text is the decoded text of a String.
func (v Value) Text() string { return v.textOf(String) }

// Number is a Number as it was written.
func (v Value) Number() string { return v.textOf(Number) }

// Bool is the value of a Bool.
func (v Value) Bool() bool { return v.kind == Bool && v.text == "true" }

// Int64 is a Number written as an integer (no fraction, no exponent) that an int64 holds.
func (v Value) Int64() (int64, bool) {
	n, err := strconv.ParseInt(v.Number(), 10, 64)
	return n, err == nil
}

// Elements are the elements of an Array.
func (v Value) Elements() []Value {
	if v.inside == nil {
		return nil
	}
	return v.inside.elements
}

// Members are the members of an Object, in the order of the text.
func (v Value) Members() []Member {
	if v.inside == nil {
		return nil
	}
	return v.inside.members
}

// Member is the value of the member of exactly this name.
func (v Value) Member(name string) (Value, bool) {
	members := v.Members()
	for i := range members {
		if members[i].Name == name {
			return members[i].Value, true
		}
	}
	return Value{}, false
}

func (v Value) textOf(kind Kind) string {
	if v.kind != kind {
		return ""
	}
	return v.text
}
