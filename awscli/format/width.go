package format

import (
	"golang.org/x/text/width"

	"github.com/octroi/octroi/internal/pyvalue"
)

// cells is how many columns of a terminal a text takes. What is ambiguous (a Greek letter, a combining accent) counts
// two, as in the original.
func cells(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < 0x80 {
			n++
			i++
			continue
		}
		r, size := pyvalue.DecodeRune(s[i:])
		n += runeCells(r)
		i += size
	}
	return n
}

func runeCells(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return 2
	}
	return 1
}
