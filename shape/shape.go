package shape

import (
	"reflect"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind is what a member is on the wire.
type Kind int

// The kinds. Unknown is what no wire format has, and is refused by those who meet it.
const (
	Unknown Kind = iota
	Structure
	List
	Map
	String
	Boolean
	Integer
	Float
	Timestamp
	Blob
)

// Shape is the type of a value on the wire.
type Shape struct {
	Kind Kind
	Type reflect.Type // without pointers
}

// Member is one member of a structure.
type Member struct {
	Name  string // on the wire
	Field string // in Go
	Shape Shape
}

// Of is the shape of a Go type of the SDK.
func Of(t reflect.Type) Shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return Shape{Kind: kindOf(t), Type: t}
}

// For is the shape of a type parameter.
func For[T any]() Shape { return Of(reflect.TypeFor[T]()) }

func kindOf(t reflect.Type) Kind {
	if t == reflect.TypeFor[time.Time]() {
		return Timestamp
	}
	switch t.Kind() {
	case reflect.Struct:
		return Structure
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return Blob
		}
		return List
	case reflect.Map:
		return Map
	case reflect.String:
		return String
	case reflect.Bool:
		return Boolean
	case reflect.Int, reflect.Int32, reflect.Int64:
		return Integer
	case reflect.Float32, reflect.Float64:
		return Float
	}
	return Unknown
}

// Elem is the shape of the elements of a List, or of the values of a Map.
func (s Shape) Elem() Shape { return Of(s.Type.Elem()) }

// Members are the members of a Structure in the SDK's order: required ones first, both parts by name. What belongs to
// the SDK and not to the wire is left out.
func (s Shape) Members() []Member {
	var out []Member
	for i := range s.Type.NumField() {
		f := s.Type.Field(i)
		if !f.IsExported() || f.Anonymous || f.Name == "ResultMetadata" {
			continue
		}
		out = append(out, Member{Name: wireName(s.Type, f.Name), Field: f.Name, Shape: Of(f.Type)})
	}
	return out
}

// wireName is a member's name in the JSON protocol of ECR Public: the field's, with a small first letter. A tag's
// members are the exception.
func wireName(in reflect.Type, field string) string {
	if in.Name() == "Tag" {
		return field
	}
	r, size := utf8.DecodeRuneInString(field)
	return string(unicode.ToLower(r)) + field[size:]
}
