package manual

import "strings"

// Plain sets a page for a screen of that many columns.
func (p Page) Plain(width int) string {
	s := plain{width: width}
	s.out.WriteString("NAME\n")
	s.text(1, p.subject+" - "+p.purpose)
	first := true // of its section: below the title there is no gap
	for _, b := range p.blocks {
		if b.kind == sectionBlock {
			s.out.WriteString("\n" + b.words + "\n")
			first = true
			continue
		}
		if !first || b.kind == itemBlock {
			s.out.WriteByte('\n')
		}
		first = false
		switch b.kind {
		case textBlock:
			s.text(1, b.words)
		case codeBlock:
			s.code(1, b.lines...)
		case itemBlock:
			s.code(1+b.depth, b.term)
			s.text(2+b.depth, b.words)
		}
	}
	return s.out.String()
}

// plain is a page of text under way.
type plain struct {
	width int
	out   strings.Builder
}

// text sets a paragraph, indented by steps of four.
func (s *plain) text(depth int, words string) {
	indent := strings.Repeat("    ", depth)
	line := indent
	for _, w := range strings.Fields(words) {
		switch {
		case line == indent:
			line += w
		case len(line)+1+len(w) > s.width:
			s.out.WriteString(line + "\n")
			line = indent + w
		default:
			line += " " + w
		}
	}
	s.out.WriteString(line + "\n")
}

func (s *plain) code(depth int, lines ...string) {
	for _, l := range lines {
		s.out.WriteString(strings.TrimRight(strings.Repeat("    ", depth)+l, " ") + "\n")
	}
}
