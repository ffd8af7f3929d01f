package awsconfig

import (
	"errors"
	"strings"
)

// ErrQuoting reports a command line with an open quotation or a lone backslash at its end.
var ErrQuoting = errors.New("no closing quotation")

// SplitWords takes a line apart as a POSIX shell would, without expanding anything: quotes, backslashes, white
// space. It is how a credential_process and a section's name become words, and no shell is ever started.
func SplitWords(line string) ([]string, error) {
	var (
		words []string
		word  strings.Builder
		open  bool // a word has begun, perhaps an empty quoted one
		quote byte
	)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quote != '\'':
			if i++; i == len(line) {
				return nil, ErrQuoting
			}
			if quote == '"' && line[i] != '"' && line[i] != '\\' {
				word.WriteByte('\\')
			}
			word.WriteByte(line[i])
			open = true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '\'' || c == '"':
			quote, open = c, true
		case strings.IndexByte(" \t\r\n", c) >= 0:
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if quote != 0 {
		return nil, ErrQuoting
	}
	if open {
		words = append(words, word.String())
	}
	return words, nil
}
