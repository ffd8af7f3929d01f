package manual

import "strings"

// page collects the sections of one help page and sets them to a width.
type page struct {
	width int
	out   strings.Builder
}

func (p *page) section(title string) {
	if p.out.Len() > 0 {
		p.out.WriteByte('\n')
	}
	p.out.WriteString(title + "\n")
}

// text sets a paragraph, indented by steps of four.
func (p *page) text(depth int, words string) {
	indent := strings.Repeat("    ", depth)
	line := indent
	for _, w := range strings.Fields(words) {
		switch {
		case line == indent:
			line += w
		case len(line)+1+len(w) > p.width:
			p.out.WriteString(line + "\n")
			line = indent + w
		default:
			line += " " + w
		}
	}
	p.out.WriteString(line + "\n")
}

// code sets lines as they are.
func (p *page) code(depth int, lines ...string) {
	for _, l := range lines {
		p.out.WriteString(strings.TrimRight(strings.Repeat("    ", depth)+l, " ") + "\n")
	}
}

func (p *page) gap() { p.out.WriteByte('\n') }

// item sets a term and, below it, what it means.
func (p *page) item(term, meaning string) {
	p.gap()
	p.code(1, term)
	p.text(2, meaning)
}
