package pyvalue

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DecodeRune is utf8.DecodeRuneInString, but it knows a lone surrogate in its three-byte form.
func DecodeRune(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return r, size
}

// Surrogate finds the first lone surrogate: its value and how many characters stand before it.
func Surrogate(s string) (r rune, before int, found bool) {
	for i := 0; i < len(s); before++ {
		r, size := DecodeRune(s[i:])
		if r >= 0xD800 && r <= 0xDFFF {
			return r, before, true
		}
		i += size
	}
	return 0, 0, false
}

// Str writes a value as str() does: a text as it is, everything else as Repr.
func Str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Time:
		return string(v)
	}
	return Repr(v)
}

// Repr writes a value as repr() does.
func Repr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case *big.Int:
		return v.String()
	case float64:
		return FormatFloat(v)
	case string:
		return Quote(v)
	case Time:
		return "datetime.datetime(" + string(v) + ")"
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = Repr(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *Map:
		var parts []string
		for _, k := range v.Keys() {
			e, _ := v.Get(k)
			parts = append(parts, Quote(k)+": "+Repr(e))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case Opaque:
		return v.Opaque()
	}
	panic("pyvalue: not a value")
}

// Quote writes a text as repr() does: single quotes, unless it holds those and no double ones.
func Quote(s string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b := []byte{quote}
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		b = appendQuoted(b, s[i:i+size], r, quote)
		i += size
	}
	return string(append(b, quote))
}

func appendQuoted(b []byte, raw string, r rune, quote byte) []byte {
	switch {
	case r == '\\' || r == rune(quote):
		return append(b, '\\', byte(r))
	case r == '\t':
		return append(b, `\t`...)
	case r == '\n':
		return append(b, `\n`...)
	case r == '\r':
		return append(b, `\r`...)
	case r == utf8.RuneError && len(raw) == 1: // a byte of an argument that is not UTF-8
		return appendHex(append(b, `\udc`...), uint32(raw[0]), 2)
	case r < 0x20 || r == 0x7F || r < 0x100 && !Printable(r):
		return appendHex(append(b, `\x`...), uint32(r), 2)
	case Printable(r):
		return append(b, raw...)
	case r < 0x10000:
		return appendHex(append(b, `\u`...), uint32(r), 4)
	}
	return appendHex(append(b, `\U`...), uint32(r), 8)
}

// Printable tells whether repr() shows a character as it is.
func Printable(r rune) bool {
	return r == ' ' || unicode.IsPrint(r)
}

func appendHex(b []byte, n uint32, digits int) []byte {
	for shift := (digits - 1) * 4; shift >= 0; shift -= 4 {
		b = append(b, "0123456789abcdef"[n>>shift&0xF])
	}
	return b
}

// CompareText orders two texts by their characters. Bytes would do, but for lone surrogates.
func CompareText(a, b string) int {
	for a != "" && b != "" {
		r, n := DecodeRune(a)
		s, m := DecodeRune(b)
		if r != s {
			return int(r) - int(s)
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}
