package awsconfig

import (
	"strconv"
	"strings"
	"syscall"
	"unicode/utf16"
)

// errno is a system error as Python prints it, which the AWS CLI passes on.
func errno(n syscall.Errno) string {
	text := n.Error()
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return "[Errno " + strconv.Itoa(int(n)) + "] " + text
}

// list is a list of strings as Python prints it.
func list(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "'" + word + "'"
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// pythonJSON is a string as Python's json prints it: everything beyond ASCII escaped, in UTF-16 units.
func pythonJSON(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				b.WriteString(`\u` + strconv.FormatInt(0x10000+int64(unit), 16)[1:])
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
