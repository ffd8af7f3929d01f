package shape

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// ErrDecode reports a request that does not fit its shape. The text says which member and why, and nothing of the value.
var ErrDecode = errors.New("the request does not fit its shape")

func wrong(member, want string) error { return fmt.Errorf("%w: %s is not %s", ErrDecode, member, want) }

// Protocol is a wire protocol, which names members in its own way.
type Protocol int

// The protocols of the services.
const (
	JSON  Protocol = iota + 1 // awsJson 1.1: lower camel case
	Query                     // awsQuery: as the field
)

// member is a field of a struct that the wire has.
type member struct {
	name  string // on the wire
	index int    // of the field
}

// tables are the members of the structs that were met, for each protocol: to ask reflection for a field costs more than
// to write it. There is an entry for each of the SDK's types and none for what a caller sends.
var tables [Query + 1]sync.Map // reflect.Type: []member

// members are the wire members of a struct: the exported fields, without what the SDK adds for itself.
func members(t reflect.Type, p Protocol) []member {
	if known, ok := tables[p].Load(t); ok {
		return known.([]member)
	}
	var all []member
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && f.Name != resultMetadata {
			all = append(all, member{wireName(t, f.Name, p), i})
		}
	}
	tables[p].Store(t, all)
	return all
}

// wireName is a member's name on the wire. The SDK's structs do not carry it: they upper-case the first letter of
// every name. Two shapes differ from their protocol's habit.
func wireName(t reflect.Type, field string, p Protocol) string {
	switch {
	case t.Name() == "Tag": // the ECR Public model spells Key and Value in upper case
		return field
	case t.Name() == "PolicyDescriptorType" && field == "Arn": // the STS model, in lower case
		return "arn"
	case p == JSON:
		return strings.ToLower(field[:1]) + field[1:]
	}
	return field
}

// resultMetadata is a field that the SDK adds to outputs for itself.
const resultMetadata = "ResultMetadata"

var timeType = reflect.TypeFor[time.Time]()

// settle makes the value that v points to, when v is a pointer, and returns it.
func settle(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	if v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem()
}

// decodeBase64 takes one spelling of the bytes. Strict is not enough: it reads over line breaks.
func decodeBase64(text string) ([]byte, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	return b, err == nil && !strings.ContainsAny(text, "\r\n")
}

// timeOf is the time that v is. Where it lies in memory it is read there: what goes into an interface is copied to the heap.
func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

// absent reports a member that is not sent: a nil pointer, list, map or blob, or an empty enumeration.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	}
	return false
}
