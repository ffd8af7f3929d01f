package query

import (
	"math/big"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

// token is one word of an expression. Its kind is the name that messages use; start counts characters.
type token struct {
	kind  string
	value any // a string, but for numbers and literals
	start int
}

// shown is the token as messages show it.
func (t token) shown() string { return pyvalue.Str(t.value) }

func (t token) text() string {
	s, _ := t.value.(string)
	return s
}

type lexer struct {
	text   []rune
	at     int
	tokens []token
}

// end stands for "no more characters"; it is no character.
const end rune = -1

func (l *lexer) here() rune {
	if l.at < len(l.text) {
		return l.text[l.at]
	}
	return end
}

func (l *lexer) next() rune {
	l.at++
	return l.here()
}

func (l *lexer) emit(kind string, value any, start int) {
	l.tokens = append(l.tokens, token{kind, value, start})
}

func lex(text []rune) ([]token, error) {
	l := lexer{text: text}
	for l.at < len(text) {
		if err := l.step(); err != nil {
			return nil, err
		}
	}
	l.emit("eof", "", len(text))
	return l.tokens, nil
}

func (l *lexer) step() error {
	c := l.here()
	switch {
	case single(c) != "":
		l.emit(single(c), string(c), l.at)
		l.at++
	case letter(c):
		start := l.at
		for letter(l.here()) || digit(l.here()) {
			l.at++
		}
		l.emit("unquoted_identifier", string(l.text[start:l.at]), start)
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		l.at++
	case digit(c) || c == '-':
		return l.number()
	case c == '[':
		l.bracket()
	case c == '\'' || c == '`' || c == '"':
		return l.quoted(c)
	default:
		return l.operator(c)
	}
	return nil
}

func single(c rune) string {
	switch c {
	case '.':
		return "dot"
	case '*':
		return "star"
	case ']':
		return "rbracket"
	case ',':
		return "comma"
	case ':':
		return "colon"
	case '@':
		return "current"
	case '(':
		return "lparen"
	case ')':
		return "rparen"
	case '{':
		return "lbrace"
	case '}':
		return "rbrace"
	}
	return ""
}

func letter(c rune) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c rune) bool  { return c >= '0' && c <= '9' }

func (l *lexer) number() error {
	start := l.at
	for digit(l.next()) {
	}
	word := string(l.text[start:l.at])
	if word == "-" {
		return lexError(l.text, start, "Unknown token '-'")
	}
	n, _ := new(big.Int).SetString(word, 10)
	l.emit("number", n, start)
	return nil
}

func (l *lexer) bracket() {
	start := l.at
	switch l.next() {
	case ']':
		l.at++
		l.emit("flatten", "[]", start)
	case '?':
		l.at++
		l.emit("filter", "[?", start)
	default:
		l.emit("lbracket", "[", start)
	}
}

func (l *lexer) operator(c rune) error {
	start := l.at
	either := func(second rune, both, alone string) error {
		if l.next() == second {
			l.at++
			l.emit(both, string([]rune{c, second}), start)
		} else {
			l.emit(alone, string(c), start)
		}
		return nil
	}
	switch c {
	case '|':
		return either('|', "or", "pipe")
	case '&':
		return either('&', "and", "expref")
	case '<':
		return either('=', "lte", "lt")
	case '>':
		return either('=', "gte", "gt")
	case '!':
		return either('=', "ne", "not")
	case '=':
		if l.next() == '=' {
			l.at++
			l.emit("eq", "==", start)
			return nil
		}
		return lexError(l.text, start, "Unknown token '='")
	}
	return lexError(l.text, start, "Unknown token "+string(c))
}

// quoted reads a raw text ('), a literal (`) or a quoted name (").
func (l *lexer) quoted(delimiter rune) error {
	start := l.at
	inside, ok := l.until(delimiter)
	if !ok {
		return lexError(l.text, start, "Unclosed "+string(delimiter)+" delimiter")
	}
	switch delimiter {
	case '\'':
		l.emit("literal", strings.ReplaceAll(inside, `\'`, "'"), start)
		return nil
	case '`':
		return l.literal(strings.ReplaceAll(inside, "\\`", "`"), start)
	}
	name, err := pyvalue.Decode(`"` + inside + `"`)
	if err != nil {
		return lexError(l.text, start, badText(inside))
	}
	l.emit("quoted_identifier", name, start)
	return nil
}

// until reads up to a delimiter and past it. A backslash keeps the character after it from ending the text, and
// stays.
func (l *lexer) until(delimiter rune) (string, bool) {
	l.at++
	start := l.at
	for l.here() != delimiter {
		if l.here() == '\\' {
			l.at++
		}
		if l.here() == end {
			return "", false
		}
		l.at++
	}
	l.at++
	return string(l.text[start : l.at-1]), true
}

// literal is JSON; what is not JSON counts as a text without its quotes.
func (l *lexer) literal(inside string, start int) error {
	v, err := pyvalue.Decode(inside)
	if err != nil {
		v, err = pyvalue.Decode(`"` + strings.TrimLeftFunc(inside, space) + `"`)
	}
	if err != nil {
		return lexError(l.text, start, "Bad token "+inside)
	}
	l.emit("literal", v, start)
	return nil
}

// badText says what is wrong with the inside of a quoted name.
func badText(inside string) string {
	for i := 0; i < len(inside); i++ {
		switch {
		case inside[i] < 0x20:
			return "Invalid control character at"
		case inside[i] != '\\':
			continue
		}
		i++
		if i < len(inside) && inside[i] == 'u' {
			if _, err := pyvalue.Decode(`"\` + inside[i:min(i+5, len(inside))] + `"`); err != nil {
				return `Invalid \uXXXX escape`
			}
			continue
		}
		if i < len(inside) && !strings.ContainsRune(`"\/bfnrt`, rune(inside[i])) {
			return `Invalid \escape`
		}
	}
	return "Unterminated string starting at"
}
