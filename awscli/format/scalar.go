package format

import (
	"fmt"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
	"github.com/octroi/octroi/internal/yamlcore"
)

// traits say in which ways a text can be written.
type traits struct {
	multiline bool
	plain     bool // without quotes
	single    bool // in single quotes
}

// printable is the emitter's idea of what need not be escaped: nothing beyond the basic plane.
func printable(r rune) bool {
	switch {
	case r == '\n' || r >= 0x20 && r <= 0x7E:
		return true
	case r >= 0xA0 && r <= 0xD7FF:
		return true
	}
	return r >= 0xE000 && r <= 0xFFFD && r != 0xFEFF
}

func isBreak(r rune) bool {
	return r == '\r' || r == '\n' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// blank is white space, or the end of the text.
func blank(r rune) bool { return r == ' ' || r == '\t' || r == 0 || isBreak(r) }

func runes(s string) []rune {
	out := make([]rune, 0, len(s))
	for s != "" {
		r, size := pyvalue.DecodeRune(s)
		out = append(out, r)
		s = s[size:]
	}
	return out
}

func analyse(s string) traits {
	if s == "" {
		return traits{plain: true, single: true}
	}
	text := runes(s)
	indicator := strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...")
	var special, breaks, breakSpace, spaceBreak bool
	for i, r := range text {
		indicator = indicator || indicates(text, i)
		special = special || !printable(r)
		breaks = breaks || isBreak(r)
		if i > 0 {
			breakSpace = breakSpace || r == ' ' && isBreak(text[i-1])
			spaceBreak = spaceBreak || isBreak(r) && text[i-1] == ' '
		}
	}
	first, last := text[0], text[len(text)-1]
	edge := first == ' ' || last == ' ' || isBreak(first) || isBreak(last)
	return traits{
		multiline: breaks,
		plain:     !indicator && !special && !breaks && !edge,
		single:    !special && !breakSpace && !spaceBreak,
	}
}

// indicates tells whether the character at i would mean something if the text stood without quotes.
func indicates(text []rune, i int) bool {
	next, before := rune(0), rune(0)
	if i+1 < len(text) {
		next = text[i+1]
	}
	if i > 0 {
		before = text[i-1]
	}
	switch text[i] {
	case '#':
		return i == 0 || blank(before)
	case ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return i == 0
	case '?', '-':
		return i == 0 && blank(next)
	case ':':
		return blank(next)
	}
	return false
}

// text writes a text; more is the indent of its further lines. A key has none: it never folds.
func (e *emitter) text(s string, more int, isKey bool) {
	t := analyse(s)
	plain := t.plain && !(isKey && s == "") && yamlcore.Resolve(s) == yamlcore.Text
	switch {
	case isKey && t.multiline:
		e.double(s, more, isKey)
	case plain:
		e.folded(s, more, isKey, false)
	case t.single:
		e.write("'")
		e.folded(s, more, isKey, true)
		e.write("'")
	default:
		e.double(s, more, isKey)
	}
}

// folded writes plain and single-quoted text: a space beyond the width becomes a line break, a line break becomes two.
func (e *emitter) folded(s string, indent int, isKey, quoted bool) {
	text := runes(s)
	spaces, breaks := false, false
	for i, r := range text {
		switch {
		case r == ' ':
			inside := !quoted || i > 0 && i < len(text)-1
			if !isKey && !spaces && e.column > foldAfter && inside && !(i+1 < len(text) && text[i+1] == ' ') {
				e.line(indent)
			} else {
				e.write(" ")
			}
			spaces = true
		case isBreak(r):
			if !breaks && r == '\n' {
				e.write("\n")
			}
			e.write(string(r))
			breaks = true
		default:
			if breaks {
				e.write(strings.Repeat(" ", indent))
			}
			if quoted && r == '\'' {
				e.write("'")
			}
			e.write(string(pyvalue.AppendRune(nil, r)))
			spaces, breaks = false, false
		}
	}
	if breaks {
		e.write(strings.Repeat(" ", indent))
	}
}

func (e *emitter) double(s string, indent int, isKey bool) {
	text := runes(s)
	spaces := false
	e.write(`"`)
	for i, r := range text {
		switch {
		case !printable(r) || isBreak(r) || r == '"' || r == '\\':
			e.write(escape(r))
			spaces = false
		case r == ' ':
			if !isKey && !spaces && e.column > foldAfter && i > 0 && i < len(text)-1 {
				e.line(indent)
				if text[i+1] == ' ' {
					e.write(`\`)
				}
			} else {
				e.write(" ")
			}
			spaces = true
		default:
			e.write(string(r))
			spaces = false
		}
	}
	e.write(`"`)
}

func escape(r rune) string {
	switch r {
	case 0:
		return `\0`
	case '\a':
		return `\a`
	case '\b':
		return `\b`
	case '\t':
		return `\t`
	case '\n':
		return `\n`
	case '\v':
		return `\v`
	case '\f':
		return `\f`
	case '\r':
		return `\r`
	case 0x1B:
		return `\e`
	case '"', '\\':
		return `\` + string(r)
	case 0x85:
		return `\N`
	case 0x2028:
		return `\L`
	case 0x2029:
		return `\P`
	}
	switch {
	case r >= 0xD800 && r <= 0xDFFF: // kept: the writer refuses it
		return string(pyvalue.AppendRune(nil, r))
	case r <= 0xFF:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xFFFF:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}
