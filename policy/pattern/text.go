package pattern

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// ARNParts is the number of parts of an ARN: arn:partition:service:region:account:resource.
const ARNParts = 6

// Text is the text of a string without control characters. The error is for the person who wrote it.
func Text(v strictjson.Value) (string, error) {
	if v.Kind() != strictjson.String {
		return "", fmt.Errorf("it is %s and must be a string", v.Kind())
	}
	text := v.Text()
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7F || r > 0xFF }) {
		return "", fmt.Errorf("%s holds a character outside of U+0020 to U+00FF", Show(text))
	}
	return text, nil
}

// Show quotes a text of the document and cuts it.
func Show(text string) string {
	const most = 80
	if len(text) > most {
		return strconv.QuoteToASCII(text[:most]) + "..."
	}
	return strconv.QuoteToASCII(text)
}

// Lower is the form in which names are compared. (In strings.ToLower and strings.EqualFold the Kelvin sign is a k, and
// "aws:ſourceip" would be aws:SourceIp.)
func Lower(text string) string {
	b := []byte(text)
	for i := range b {
		b[i] = LowerByte(b[i])
	}
	return string(b)
}

// LowerByte is Lower of a character.
func LowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// IsNameByte knows the characters of vendors and of actions.
func IsNameByte(c byte) bool { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.' }

// IsAlphanumeric knows the letters and digits of ASCII.
func IsAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
