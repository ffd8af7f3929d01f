package pyvalue

import (
	"fmt"
	"unicode/utf8"
)

// CheckUTF8 returns nil for UTF-8 (which has no surrogates), and otherwise an error with the runtime's words about the
// first byte that is none.
func CheckUTF8(b []byte) error {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 {
			return decodeError(b, i)
		}
		i += size
	}
	return nil
}

func decodeError(b []byte, at int) error {
	reason, bad := "invalid start byte", 1
	if need := sequenceLength(b[at]); need > 1 {
		reason = "invalid continuation byte"
		for bad < need {
			if at+bad == len(b) {
				reason = "unexpected end of data"
				break
			}
			if !continues(b[at], b[at+bad], bad) {
				break
			}
			bad++
		}
	}
	if bad == 1 {
		return fmt.Errorf("'utf-8' codec can't decode byte 0x%02x in position %d: %s", b[at], at, reason)
	}
	return fmt.Errorf("'utf-8' codec can't decode bytes in position %d-%d: %s", at, at+bad-1, reason)
}

func sequenceLength(b byte) int {
	switch {
	case b >= 0xC2 && b <= 0xDF:
		return 2
	case b >= 0xE0 && b <= 0xEF:
		return 3
	case b >= 0xF0 && b <= 0xF4:
		return 4
	}
	return 1
}

// continues tells whether c may stand at place n of a sequence that lead starts. The second byte rules out overlong
// forms, surrogates and what is beyond U+10FFFF.
func continues(lead, c byte, n int) bool {
	if n == 1 {
		switch lead {
		case 0xE0:
			return c >= 0xA0 && c <= 0xBF
		case 0xED:
			return c >= 0x80 && c <= 0x9F
		case 0xF0:
			return c >= 0x90 && c <= 0xBF
		case 0xF4:
			return c >= 0x80 && c <= 0x8F
		}
	}
	return c >= 0x80 && c <= 0xBF
}
