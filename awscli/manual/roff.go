package manual

import "strings"

// Roff sets a page for man(1), with the macros that every formatter knows (man(7)). The name is that of the page:
// octroi-login.
func (p Page) Roff(name, version string) string {
	var out strings.Builder
	line := func(text string) { out.WriteString(text + "\n") }
	line(`.TH "` + strings.ToUpper(name) + `" 1 "" "octroi ` + roffText(version) + `" "Octroi"`)
	line(".SH NAME")
	line(roffText(name) + ` \- ` + roffText(p.purpose))
	depth := 0
	to := func(d int) {
		for ; depth < d; depth++ {
			line(".RS")
		}
		for ; depth > d; depth-- {
			line(".RE")
		}
	}
	for i, b := range p.blocks {
		to(b.depth)
		apart := i > 0 && p.blocks[i-1].kind != sectionBlock
		switch b.kind {
		case sectionBlock:
			line(`.SH "` + roffText(b.words) + `"`)
		case textBlock:
			if apart {
				line(".PP")
			}
			line(roffText(b.words))
		case codeBlock:
			if apart {
				line(".PP")
			}
			line(".RS 4")
			line(".nf")
			for _, l := range b.lines {
				line(roffText(l))
			}
			line(".fi")
			line(".RE")
		case itemBlock:
			line(".TP")
			line(`\fB` + roffText(b.term) + `\fR`)
			line(roffText(b.words))
		}
	}
	to(0)
	return out.String()
}

// roffText escapes what roff would take for its own: a backslash, a dash (which it would break or replace), and a
// point or an apostrophe where a line may begin with it.
func roffText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "~", `\(ti`, "^", `\(ha`, `"`, `\(dq`).Replace(s)
	if strings.HasPrefix(s, ".") {
		return `\&` + s
	}
	return s
}
