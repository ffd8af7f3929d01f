package shape

import (
	"reflect"
	"time"
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

// Members are the members of a Structure in the order of their names, which is the order in which they are printed.
// What belongs to the SDK and not to the wire is left out.
func (s Shape) Members() []Member {
	var out []Member
	for i := range s.Type.NumField() {
		f := s.Type.Field(i)
		if !f.IsExported() || f.Anonymous || f.Name == resultMetadata {
			continue
		}
		out = append(out, Member{Name: wireName(s.Type, f.Name, JSON), Field: f.Name, Shape: Of(f.Type)})
	}
	return out
}
