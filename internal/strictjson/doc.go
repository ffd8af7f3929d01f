// Package strictjson reads JSON in the one way that policies, manifests and request bodies are read: a
// second spelling of the same thing is refused.
//
// encoding/json is made to be forgiving: it takes the last of two members of one name, matches "effect"
// and "ſtatement" to fields that are spelled otherwise, and turns bytes that are not UTF-8 into U+FFFD.
// Where two readers of one text disagree, one of them can be made to allow what the other checked. So
// here:
//
//   - the text is valid UTF-8, without a byte order mark, and no escape is half of a surrogate pair;
//   - member names are unique within their object, and compared byte for byte;
//   - there is one value, and nothing after it but white space;
//   - depth, number of members and length of strings are bounded (Limits), and memory is proportional to
//     the text and those bounds.
//
// The package refuses to decode into structs, and to interpret numbers beyond what Int64 does: a number
// is its text.
//
// Read value.go, error.go, scan.go, container.go, string.go, number.go.
//
// Source: RFC 8259; the strictness is that of RFC 7493 (I-JSON).
package strictjson
