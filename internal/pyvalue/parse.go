package pyvalue

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

func strip(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F })
}

// grouped takes the underscores out of a number. They may stand between digits only.
func grouped(s string) (string, bool) {
	if !strings.Contains(s, "_") {
		return s, true
	}
	isDigit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := range s {
		if s[i] == '_' && (!isDigit(i-1) || !isDigit(i+1)) {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}

// ParseInt reads an integer as int() does: white space around it, a sign, underscores between digits.
func ParseInt(s string) (*big.Int, bool) {
	s, ok := grouped(strip(s))
	if !ok || len(s) > maxDigits {
		return nil, false
	}
	return new(big.Int).SetString(s, 10)
}

// ParseFloat reads a number as float() does.
func ParseFloat(s string) (float64, bool) {
	s, ok := grouped(strip(s))
	if !ok {
		return 0, false
	}
	if strings.ContainsAny(s, "xXpP") { // Go reads hexadecimal floats, the runtime does not
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && f == 0 {
		return 0, false
	}
	return f, true
}
