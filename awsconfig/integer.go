package awsconfig

import (
	"math/big"
	"strings"
)

// parseInt reads an integer as Python's int() does: white space around it, a sign, single underscores between
// digits. ok is false for what it refuses.
func parseInt(text string) (n *big.Int, ok bool) {
	digits := strings.TrimSpace(text)
	sign := ""
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		sign, digits = digits[:1], digits[1:]
	}
	if digits == "" || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return nil, false
	}
	digits = strings.ReplaceAll(digits, "_", "")
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return nil, false
		}
	}
	return new(big.Int).SetString(sign+digits, 10)
}

// integer is parseInt for numbers that are small in earnest, with Python's message.
func integer(text string) (int, error) {
	n, ok := parseInt(text)
	if !ok {
		return 0, failed("invalid literal for int() with base 10: '" + text + "'")
	}
	if !n.IsInt64() {
		if n.Sign() < 0 {
			return -1, nil
		}
		return 1 << 30, nil
	}
	return int(max(min(n.Int64(), 1<<30), -1<<30)), nil
}
