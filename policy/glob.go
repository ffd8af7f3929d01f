package policy

import "strings"

// Two bytes stand for the wildcards in a compiled text. Neither is part of any UTF-8 text, and patterns
// and the values put into them are UTF-8: so a literal can never be taken for a wildcard, however it came
// to be in the pattern.
const (
	anyText = 0xFF // *: any characters, or none
	anyOne  = 0xFE // ?: one character
)

// pattern is a compiled text, and whether it is without wildcards: most are, and equality is fast.
type pattern struct {
	text    string
	literal bool
}

// compiler makes a pattern of a text without variables.
type compiler func(text string) pattern

// compilePattern is for texts in which * and ? are wildcards.
func compilePattern(text string) pattern {
	return pattern{compileGlob(text), !strings.ContainsAny(text, "*?")}
}

// compileLiteral is for texts in which they are characters.
func compileLiteral(text string) pattern { return pattern{text, true} }

func (p *pattern) matches(text string) bool {
	if p.literal {
		return p.text == text
	}
	return glob(p.text, text)
}

func (p *pattern) matchesBytes(text []byte) bool {
	if p.literal {
		return p.text == string(text)
	}
	return glob(p.text, text)
}

// compileGlob compiles a text in which * and ? are wildcards.
func compileGlob(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	star := false
	for _, c := range []byte(text) {
		again := star && c == '*'
		star = c == '*'
		switch {
		case again: // ** is *
		case star:
			b.WriteByte(anyText)
		case c == '?':
			b.WriteByte(anyOne)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// glob reports whether a compiled pattern matches all of text.
//
// When something does not match, only the last star can help, by taking one character more: what an
// earlier star takes more, the last one can take as well. So there is one place to return to, no
// recursion, and the time is at most the product of the lengths (in practice their sum), where the
// recursive matcher that comes to mind first takes minutes for *a*a*a*a*b.
func glob[P, T string | []byte](pattern P, text T) bool {
	p, t := 0, 0
	star, resume := -1, 0 // the last star, and where the text after it was taken to begin
	for t < len(text) {
		if p < len(pattern) {
			switch c := pattern[p]; {
			case c == anyText && p == len(pattern)-1:
				return true
			case c == anyText:
				star, resume = p, t
				p++
				continue
			case c == anyOne:
				t += charLen(text, t)
				p++
				continue
			case c == text[t]:
				t++
				p++
				continue
			}
		}
		if star < 0 {
			return false
		}
		resume += charLen(text, resume)
		p, t = star+1, resume
	}
	for p < len(pattern) && pattern[p] == anyText {
		p++ // expanding variables can put stars side by side
	}
	return p == len(pattern)
}

// charLen is the length of the character at text[i]: a byte and the UTF-8 continuation bytes after it.
func charLen[T string | []byte](text T, i int) int {
	n := 1
	for i+n < len(text) && text[i+n]&0xC0 == 0x80 {
		n++
	}
	return n
}
