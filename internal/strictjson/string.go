package strictjson

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string whose opening quote comes next. Without an escape, the result is a part of the
// document and costs nothing.
func (s *scanner) str() (text string, escaped bool, err error) {
	opened := s.at
	s.at++
	start := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			text = s.text[start:s.at]
			s.at++
			return text, false, s.bounded(opened, len(text))
		case c == '\\':
			text, err = s.escapedStr(start, opened)
			return text, true, err
		case c < 0x20:
			return "", false, s.syntax("control character in a string")
		}
		s.at++
	}
	s.at = opened
	return "", false, s.syntax("string without an end")
}

func (s *scanner) bounded(opened, size int) error {
	if size > s.limits.String {
		s.at = opened
		return s.fail(ErrLimit, fmt.Sprintf("string of more than %d bytes", s.limits.String))
	}
	return nil
}

// escapedStr reads on from the first backslash of a string that begins at start.
func (s *scanner) escapedStr(start, opened int) (string, error) {
	var b strings.Builder
	b.WriteString(s.text[start:s.at])
	for s.at < len(s.text) {
		if err := s.bounded(opened, b.Len()); err != nil {
			return "", err
		}
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return b.String(), nil
		case c == '\\':
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		case c < 0x20:
			return "", s.syntax("control character in a string")
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	s.at = opened
	return "", s.syntax("string without an end")
}

// escape reads one escape, or the two of a surrogate pair.
func (s *scanner) escape() (rune, error) {
	if s.at+1 >= len(s.text) {
		return 0, s.syntax("escape without an end")
	}
	switch c := s.text[s.at+1]; c {
	case 'u':
		return s.unicodeEscape()
	default:
		const letters, meaning = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
		if i := strings.IndexByte(letters, c); i >= 0 {
			s.at += 2
			return rune(meaning[i]), nil
		}
	}
	return 0, s.syntax("unknown escape")
}

// unicodeEscape reads \uXXXX. Half of a surrogate pair is no character: other readers make U+FFFD of it,
// so that two different texts would be equal to them.
func (s *scanner) unicodeEscape() (rune, error) {
	r, ok := s.hex4(s.at)
	if !ok {
		return 0, s.syntax(`\u without four hexadecimal digits`)
	}
	if !utf16.IsSurrogate(r) {
		s.at += 6
		return r, nil
	}
	low, ok := s.hex4(s.at + 6)
	pair := utf16.DecodeRune(r, low)
	if !ok || pair == utf8.RuneError {
		return 0, s.fail(ErrEncoding, "half of a surrogate pair")
	}
	s.at += 12
	return pair, nil
}

// hex4 reads the \uXXXX at the offset i.
func (s *scanner) hex4(i int) (rune, bool) {
	if i+6 > len(s.text) || s.text[i] != '\\' || s.text[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s.text[i+2 : i+6]) {
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
