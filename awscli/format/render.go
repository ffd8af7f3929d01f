package format

import (
	"math"
	"strings"
)

const (
	resetStyle = "\x1b[0m"
	cellStyle  = "\x1b[1m\x1b[34m"
	barStyle   = "\x1b[2m\x1b[33m"
)

// padding is what a column needs besides its text.
const padding = 4

func (t *table) render(w *writer, o Options) {
	limit := o.Width
	if limit == 0 {
		limit = 80
	}
	total := t.width()
	if total > limit {
		for _, s := range t.sections {
			s.turnUpright()
		}
		total = t.width()
	}
	w.put(strings.Repeat("-", total) + "\n")
	for _, s := range t.sections {
		p := &painter{w: w, indent: s.indent, color: o.Color}
		p.section(s, total-2*s.indent)
	}
}

func (t *table) width() int {
	total := 0
	for _, s := range t.sections {
		columns := 2 + 2*s.indent
		for _, c := range s.widths {
			columns += c + padding
		}
		total = max(total, columns, cells(s.title)+2+2*s.indent)
	}
	return total
}

// turnUpright makes a section with headers and one row a list of header and value.
func (s *section) turnUpright() {
	if len(s.rows) != 1 || len(s.headers) == 0 {
		return
	}
	headers, row := s.headers, s.rows[0]
	s.headers, s.rows, s.widths, s.columns = nil, nil, nil, 2
	for i, h := range headers {
		pair := []string{h, row[i]}
		s.rows = append(s.rows, pair)
		s.widen(pair)
	}
}

// scaled are the column widths, edges included, stretched to a total.
func (s *section) scaled(total int) []int {
	sum := 0
	out := make([]int, len(s.widths))
	for i, c := range s.widths {
		out[i] = c + padding
		sum += out[i]
	}
	factor := float64(total) / float64(sum)
	rest := total
	for i := range out {
		out[i] = int(math.RoundToEven(factor * float64(out[i])))
		rest -= out[i]
	}
	for i := 0; len(out) > 0 && rest < 0; i, rest = i+1, rest+1 {
		out[i%len(out)]--
	}
	for i := len(out) - 1; len(out) > 0 && rest > 0; i, rest = i-1, rest-1 {
		if i < 0 {
			i = len(out) - 1
		}
		out[i]++
	}
	return out
}

// painter writes the lines of one section between its bars.
type painter struct {
	w      *writer
	indent int
	color  bool
}

func (p *painter) line(text string) {
	bar := "|"
	if p.color {
		bar = barStyle + bar + resetStyle
	}
	p.w.put(strings.Repeat(bar, p.indent))
	p.w.put(text)
	p.w.put(strings.Repeat(bar, p.indent))
	p.w.put("\n")
}

func (p *painter) section(s *section, total int) {
	if s.title != "" {
		p.line(centred(s.title, total, "|"))
		if len(s.headers) == 0 && len(s.rows) == 0 {
			p.line("+" + strings.Repeat("-", total-2) + "+")
		}
	}
	widths := s.scaled(total)
	if len(widths) == 0 {
		return
	}
	if len(s.headers) > 0 {
		p.rule(widths)
		p.line(cellsOf(s.headers, widths, centred))
	}
	if len(s.rows) > 0 {
		p.rule(widths)
		for _, row := range s.rows {
			p.line(cellsOf(row, widths, p.left))
		}
		p.rule(widths)
	}
}

func (p *painter) rule(widths []int) {
	text := "+"
	for i, c := range widths {
		if i == 0 {
			c--
		}
		text += strings.Repeat("-", c-1) + "+"
	}
	p.line(text)
}

// cellsOf joins cells; only the first has a left edge.
func cellsOf(fields []string, widths []int, align func(text string, width int, edge string) string) string {
	line, edge := "", "|"
	for i, f := range fields {
		line += align(f, widths[i], edge)
		edge = ""
	}
	return line
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

func centred(text string, width int, edge string) string {
	before := max(width/2-cells(text)/2-1, 0)
	after := width - len(edge) - before - cells(text) - 1
	return edge + spaces(before) + text + spaces(after) + "|"
}

func (p *painter) left(text string, width int, edge string) string {
	margin := 2
	if cells(text)+margin+len(edge)+1 > width {
		margin = 0
	}
	after := width - len(edge) - margin - cells(text) - 1
	if p.color {
		text = cellStyle + text + resetStyle
	}
	return edge + spaces(margin) + text + spaces(after) + "|"
}
