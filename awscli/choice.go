package awscli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

const usage = `usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
`

// usageError is a mistake on the command line, shown below the usage.
func usageError(usage, message string) error {
	return &Failure{Exit: ExitUsage, Kind: "ParamValidation", Message: usage + "\n" + message + "\n"}
}

func invalidChoice(value string, choices []string) string {
	lines := []string{"Invalid choice, valid choices are:\n"}
	for pair := range slices.Chunk(choices, 2) {
		line := ""
		for i, c := range pair {
			if i > 0 {
				line += " | "
			}
			line += fmt.Sprintf("%-40s", c)
		}
		lines = append(lines, line)
	}
	if near := closeMatches(value, choices); len(near) > 0 {
		lines = append(lines, fmt.Sprintf("\n\nInvalid choice: %s, maybe you meant:\n", pyvalue.Quote(value)))
		for _, n := range near {
			lines = append(lines, "  * "+n)
		}
	}
	return strings.Join(lines, "\n")
}

// closeMatches are at most three choices that are alike, the best first.
func closeMatches(word string, choices []string) []string {
	type scored struct {
		ratio float64
		word  string
	}
	var found []scored
	for _, c := range choices {
		if r := similarity([]rune(c), []rune(word)); r >= 0.8 {
			found = append(found, scored{r, c})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		switch {
		case a.ratio > b.ratio:
			return -1
		case a.ratio < b.ratio:
			return 1
		}
		return strings.Compare(b.word, a.word)
	})
	var out []string
	for _, f := range found[:min(3, len(found))] {
		out = append(out, f.word)
	}
	return out
}

// similarity is twice the length of what two words have in common, divided by their lengths together (Ratcliff and
// Obershelp): the longest common part, then the same to its left and to its right.
func similarity(a, b []rune) float64 {
	total := len(a) + len(b)
	if total == 0 {
		return 1
	}
	if 2*min(len(a), len(b))*10 < 8*total { // cannot reach the threshold: do not look at words of any length
		return 0
	}
	return 2 * float64(common(a, b)) / float64(total)
}

func common(a, b []rune) int {
	bestA, bestB, best := 0, 0, 0
	for i := range a {
		for j := range b {
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			if n > best {
				bestA, bestB, best = i, j, n
			}
		}
	}
	if best == 0 {
		return 0
	}
	return common(a[:bestA], b[:bestB]) + best + common(a[bestA+best:], b[bestB+best:])
}
