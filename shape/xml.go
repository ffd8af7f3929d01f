package shape

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// EncodeXML is an SDK output struct as the answer of an awsQuery operation: the result element is left out when the
// operation has no output members.
//
// Source: Smithy, "AWS query protocol", response serialization.
func EncodeXML(operation, namespace, requestID string, from any) []byte {
	var b bytes.Buffer
	b.WriteString("<" + operation + `Response xmlns="` + namespace + `">` + "\n")
	v := reflect.ValueOf(from).Elem()
	if len(members(v.Type(), Query)) > 0 || emptyResults[operation] {
		b.WriteString("<" + operation + "Result>\n")
		writeStruct(&b, v)
		b.WriteString("</" + operation + "Result>\n")
	}
	b.WriteString("<ResponseMetadata>\n")
	writeText(&b, "RequestId", requestID)
	b.WriteString("</ResponseMetadata>\n</" + operation + "Response>\n")
	return b.Bytes()
}

// emptyResults are the operations whose output is a structure without members, and not nothing at all.
//
// Source: the IAM model, UpdateRoleResponse.
var emptyResults = map[string]bool{"UpdateRole": true}

func writeText(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	xml.EscapeText(b, []byte(text))
	b.WriteString("</" + name + ">\n")
}

func writeStruct(b *bytes.Buffer, v reflect.Value) {
	for _, m := range members(v.Type(), Query) {
		if !absent(v.Field(m.index)) {
			writeXML(b, m.name, v.Field(m.index))
		}
	}
}

// writeMap writes entries in the order of their keys, which are strings: the same answer twice is the same bytes.
func writeMap(b *bytes.Buffer, v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, c reflect.Value) int { return strings.Compare(a.String(), c.String()) })
	for _, k := range keys {
		b.WriteString("<entry>\n")
		writeXML(b, "key", k)
		writeXML(b, "value", v.MapIndex(k))
		b.WriteString("</entry>\n")
	}
}

func writeXML(b *bytes.Buffer, name string, v reflect.Value) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Type() == timeType:
		writeText(b, name, timeOf(v).UTC().Format("2006-01-02T15:04:05Z"))
	case v.Kind() == reflect.Struct:
		b.WriteString("<" + name + ">\n")
		writeStruct(b, v)
		b.WriteString("</" + name + ">\n")
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		writeText(b, name, base64.StdEncoding.EncodeToString(v.Bytes()))
	case v.Kind() == reflect.Slice:
		b.WriteString("<" + name + ">\n")
		for i := range v.Len() {
			writeXML(b, "member", v.Index(i))
		}
		b.WriteString("</" + name + ">\n")
	case v.Kind() == reflect.Map:
		b.WriteString("<" + name + ">\n")
		writeMap(b, v)
		b.WriteString("</" + name + ">\n")
	case v.Kind() == reflect.Bool:
		writeText(b, name, strconv.FormatBool(v.Bool()))
	case v.CanInt():
		writeText(b, name, strconv.FormatInt(v.Int(), 10))
	default:
		writeText(b, name, v.String())
	}
}
