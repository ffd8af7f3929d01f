package format

import (
	"sort"

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
		n++
		if isWide(r) {
			n++
		}
		i += size
	}
	return n
}

func isWide(r rune) bool {
	i := sort.Search(len(wide), func(i int) bool { return wide[i][1] >= r })
	return i < len(wide) && wide[i][0] <= r
}
