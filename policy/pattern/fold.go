package pattern

import (
	"strings"
	"unicode/utf8"
)

// MatchesFolded is Matches without regard to case. It knows no wildcards.
func (t *Template) MatchesFolded(text string, value Lookup) Truth {
	if t.parts == nil {
		return fold(t.whole.text, text)
	}
	var space [256]byte
	expanded, complete := t.expand(space[:0], value)
	if !complete {
		return Unknown
	}
	return fold(string(expanded), text)
}

// fold compares without regard to case. Documents are written in Latin-1, where no two folding rules
// disagree. Beyond it they do (is the Kelvin sign a k?), and two texts that only some of them equate are
// unknown.
func fold(a, b string) Truth {
	if !strings.EqualFold(a, b) {
		return No
	}
	for a != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y && (x > 0xFF || y > 0xFF) {
			return Unknown
		}
		a, b = a[n:], b[m:]
	}
	return Yes
}
