package pattern

import "strings"

// Two bytes stand for the wildcards in a compiled text. Neither is part of any UTF-8 text, and patterns
// and the values put into them are UTF-8: so a literal can never be taken for a wildcard, however it came
// to be in the pattern.
const (
	anyText = 0xFF // *: any characters, or none
	anyOne  = 0xFE // ?: one character
)

// Pattern is a compiled text, and whether it is without wildcards: most are, and equality is fast.
type Pattern struct {
	text    string
	literal bool
}

// Compiler makes a Pattern of a text without variables.
type Compiler func(text string) Pattern

// Compile is for texts in which * and ? are wildcards.
func Compile(text string) Pattern {
	return Pattern{compileGlob(text), !strings.ContainsAny(text, "*?")}
}

// Literal is for texts in which they are characters.
func Literal(text string) Pattern { return Pattern{text, true} }

// IsLiteral reports whether the pattern is one text and no other.
func (p Pattern) IsLiteral() bool { return p.literal }

// Before is what stands before the first wildcard.
func (p Pattern) Before() string {
	before := p.text
	for _, wildcard := range []byte{anyText, anyOne} {
		before, _, _ = strings.Cut(before, string([]byte{wildcard}))
	}
	return before
}

// Matches reports whether the pattern matches all of text.
func (p *Pattern) Matches(text string) bool {
	if p.literal {
		return p.text == text
	}
	return glob(p.text, text)
}

// MatchesBytes is Matches. (Inlined into another package, it would make the compiler think that text is kept, and
// allocate it in every decision.)
//
//go:noinline
func (p *Pattern) MatchesBytes(text []byte) bool {
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
