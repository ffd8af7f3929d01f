package shape

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/octroi/octroi/internal/strictjson"
)

// DecodeJSON fills an SDK input struct from an awsJson 1.1 body. An empty body is an empty object; members that the
// shape does not have are passed over, as AWS does; null is an absent member. Errors: ErrDecode.
//
// Source: Smithy, "AWS JSON 1.1 protocol".
func DecodeJSON(body []byte, limits strictjson.Limits, into any) error {
	if len(body) == 0 {
		return nil
	}
	if text := bytes.TrimLeft(body, " \t\r\n"); len(text) > 0 && text[0] != '{' { // else thirty thousand elements are read first
		return wrong("the body", "an object")
	}
	v, err := strictjson.Parse(body, limits)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDecode, err)
	}
	return decodeStruct(v, reflect.ValueOf(into).Elem())
}

func decodeStruct(from strictjson.Value, into reflect.Value) error {
	for _, m := range members(into.Type(), JSON) {
		v, ok := from.Member(m.name)
		if !ok || v.Kind() == strictjson.Null {
			continue
		}
		if err := decodeJSON(m.name, v, into.Field(m.index)); err != nil {
			return err
		}
	}
	return nil
}

func decodeJSON(name string, from strictjson.Value, into reflect.Value) error {
	into = settle(into)
	switch {
	case into.Type() == timeType:
		return decodeEpoch(name, from, into)
	case into.Kind() == reflect.Struct:
		if from.Kind() != strictjson.Object {
			return wrong(name, "an object")
		}
		return decodeStruct(from, into)
	case into.Kind() == reflect.Slice && into.Type().Elem().Kind() == reflect.Uint8:
		return decodeBlob(name, from, into)
	case into.Kind() == reflect.Slice:
		return decodeList(name, from, into)
	}
	return decodeScalar(name, from, into)
}

func decodeList(name string, from strictjson.Value, into reflect.Value) error {
	if from.Kind() != strictjson.Array {
		return wrong(name, "a list")
	}
	list := reflect.MakeSlice(into.Type(), len(from.Elements()), len(from.Elements()))
	for i, e := range from.Elements() {
		if err := decodeJSON(name, e, list.Index(i)); err != nil {
			return err
		}
	}
	into.Set(list)
	return nil
}

func decodeScalar(name string, from strictjson.Value, into reflect.Value) error {
	switch into.Kind() {
	case reflect.String:
		if from.Kind() != strictjson.String {
			return wrong(name, "a string")
		}
		into.SetString(from.Text())
	case reflect.Bool:
		if from.Kind() != strictjson.Bool {
			return wrong(name, "true or false")
		}
		into.SetBool(from.Bool())
	case reflect.Int32, reflect.Int64:
		n, ok := from.Int64()
		if from.Kind() != strictjson.Number || !ok || into.OverflowInt(n) {
			return wrong(name, "a whole number")
		}
		into.SetInt(n)
	default:
		return wrong(name, "of a type that this protocol has")
	}
	return nil
}

func decodeBlob(name string, from strictjson.Value, into reflect.Value) error {
	b, ok := decodeBase64(from.Text())
	if !ok || from.Kind() != strictjson.String {
		return wrong(name, "base64")
	}
	into.SetBytes(b)
	return nil
}

func decodeEpoch(name string, from strictjson.Value, into reflect.Value) error {
	f, err := strconv.ParseFloat(from.Number(), 64)
	if err != nil || math.Abs(f) > 1e12 {
		return wrong(name, "a time in epoch seconds")
	}
	into.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(f * 1000))).UTC()))
	return nil
}

// EncodeJSON is an SDK output struct as an awsJson 1.1 body. Absent members are left out; times are epoch seconds
// with at most three decimals.
func EncodeJSON(from any) []byte { return AppendJSON(nil, from) }

// AppendJSON appends what EncodeJSON answers.
func AppendJSON(b []byte, from any) []byte { return appendJSON(b, reflect.ValueOf(from)) }

func appendJSON(b []byte, v reflect.Value) []byte {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Type() == timeType:
		return strconv.AppendFloat(b, float64(timeOf(v).UnixMilli())/1000, 'f', -1, 64)
	case v.Kind() == reflect.Struct:
		return appendStruct(b, v)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return append(base64.StdEncoding.AppendEncode(append(b, '"'), v.Bytes()), '"')
	case v.Kind() == reflect.Slice:
		return appendList(b, v)
	case v.Kind() == reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case v.CanInt():
		return strconv.AppendInt(b, v.Int(), 10)
	}
	return strictjson.AppendString(b, v.String())
}

func appendStruct(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	comma := false
	for _, m := range members(v.Type(), JSON) {
		f := v.Field(m.index)
		if absent(f) {
			continue
		}
		if comma {
			b = append(b, ',')
		}
		comma = true
		b = append(append(append(b, '"'), m.name...), `":`...)
		b = appendJSON(b, f)
	}
	return append(b, '}')
}

func appendList(b []byte, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v.Index(i))
	}
	return append(b, ']')
}
