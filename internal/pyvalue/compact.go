package pyvalue

import (
	"math"
	"math/big"
	"strconv"
)

// Compact writes JSON without white space and in ASCII only.
func Compact(v any) string { return string(appendCompact(nil, v)) }

func appendCompact(b []byte, v any) []byte {
	switch v := v.(type) {
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCompact(b, e)
		}
		return append(b, ']')
	case *Map:
		b = append(b, '{')
		for i, k := range v.Keys() {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(AppendText(b, k, true), ':')
			e, _ := v.Get(k)
			b = appendCompact(b, e)
		}
		return append(b, '}')
	case Time:
		return AppendText(b, string(v), true)
	case Opaque:
		return AppendText(b, v.Opaque(), true)
	}
	return AppendScalar(b, v, true)
}

// AppendScalar writes nothing, a bool, a number or a text as JSON. What is no number in JSON is written all the same:
// NaN, Infinity.
func AppendScalar(b []byte, v any, ascii bool) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case *big.Int:
		return v.Append(b, 10)
	case float64:
		switch {
		case math.IsNaN(v):
			return append(b, "NaN"...)
		case math.IsInf(v, 1):
			return append(b, "Infinity"...)
		case math.IsInf(v, -1):
			return append(b, "-Infinity"...)
		}
		return append(b, FormatFloat(v)...)
	case string:
		return AppendText(b, v, ascii)
	}
	panic("pyvalue: not a scalar")
}

// AppendText writes a text in double quotes. Besides what must be escaped, ascii escapes all that is not ASCII.
func AppendText(b []byte, s string, ascii bool) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20:
			b = appendControl(b, r)
		case r < 0x7F || !ascii:
			b = append(b, s[i:i+size]...)
		case r < 0x10000:
			b = appendHex(append(b, `\u`...), uint32(r), 4)
		default:
			r -= 0x10000
			b = appendHex(append(b, `\u`...), uint32(0xD800+r>>10), 4)
			b = appendHex(append(b, `\u`...), uint32(0xDC00+r&0x3FF), 4)
		}
		i += size
	}
	return append(b, '"')
}

func appendControl(b []byte, r rune) []byte {
	switch r {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	}
	return appendHex(append(b, `\u`...), uint32(r), 4)
}
