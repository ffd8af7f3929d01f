package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// figure is one number of a scenario, with the bound it must hold, if it has one.
type figure struct {
	name  string
	value string // as it is printed, with its unit
	bound string // as it is printed; empty: it is only told
	holds bool   // whether it does
}

// told is a figure without a bound.
func told(name string, value any) figure { return figure{name: name, value: fmt.Sprint(value)} }

// firsts are what was found first, by name, where something was.
func firsts(namesAndTexts ...string) (all []figure) {
	for i := 0; i < len(namesAndTexts); i += 2 {
		if namesAndTexts[i+1] != "" {
			all = append(all, told(namesAndTexts[i], namesAndTexts[i+1]))
		}
	}
	return all
}

// zero is a number of things that must not have happened.
func zero(name string, n int) figure { return figure{name, fmt.Sprint(n), "0", n == 0} }

// atMost is a duration with a limit.
func atMost(name string, d, limit time.Duration) figure {
	return figure{name, d.Round(time.Millisecond / 10).String(), "≤ " + limit.String(), d <= limit}
}

// ratioAtMost is a quotient with a limit.
func ratioAtMost(name string, ratio, limit float64) figure {
	return figure{name, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("≤ %.2f", limit), ratio <= limit}
}

// ratioAtLeast is a quotient with a floor.
func ratioAtLeast(name string, ratio, floor float64) figure {
	return figure{name, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("≥ %.2f", floor), ratio >= floor}
}

// mebibytes is a size with a limit, both in bytes.
func mebibytes(name string, n, limit int64) figure {
	return figure{name, fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)), fmt.Sprintf("≤ %d MiB", limit>>20), n <= limit}
}

// must is something that is so or not.
func must(name string, so bool) figure {
	return figure{name, map[bool]string{true: "yes", false: "no"}[so], "yes", so}
}

// cannotRun is the error of a scenario that needs what this machine does not have.
type cannotRun struct{ why string }

func (c *cannotRun) Error() string { return "not run: " + c.why }

// outcome is what became of a scenario.
type outcome struct {
	figures []figure
	notRun  string // why
	took    time.Duration
}

func failed(err error) outcome {
	return outcome{figures: []figure{{"ended with an error", strings.ReplaceAll(err.Error(), "\n", "; "), "none", false}}}
}

// table is all that was found.
type table struct {
	rows []struct {
		scenario
		outcome
	}
}

func (t *table) add(s scenario, o outcome) {
	t.rows = append(t.rows, struct {
		scenario
		outcome
	}{s, o})
}

func (t *table) print(out io.Writer, scale float64) {
	fmt.Fprintf(out, "Scale %g.\n\n| row | scenario | figure | value | must be | |\n|---|---|---|---|---|---|\n", scale)
	for _, r := range t.rows {
		if r.notRun != "" {
			fmt.Fprintf(out, "| %s | %s | not run: %s | | | |\n", r.id, r.word, cell(r.notRun))
		}
		for i, f := range r.figures {
			id, word := r.id, r.word
			if i > 0 {
				id, word = "", ""
			}
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s |\n", id, word, cell(f.name), cell(f.value), f.bound, f.mark())
		}
	}
	var took time.Duration
	each := make([]string, len(t.rows))
	for i, r := range t.rows {
		took += r.took
		each[i] = fmt.Sprintf("%s %v", r.id, r.took.Round(time.Second))
	}
	fmt.Fprintf(out, "\n%d scenarios in %v: %s.\n", len(t.rows), took.Round(time.Second), strings.Join(each, ", "))
}

func (f figure) mark() string {
	switch {
	case f.bound == "":
		return ""
	case f.holds:
		return "ok"
	default:
		return "**fails**"
	}
}

// cell is a text that does not end a cell of the table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// err says which bounds do not hold.
func (t *table) err() error {
	var all error
	for _, r := range t.rows {
		for _, f := range r.figures {
			if f.bound != "" && !f.holds {
				all = errors.Join(all, fmt.Errorf("%s: %s is %s, and must be %s", r.id, f.name, f.value, f.bound))
			}
		}
	}
	return all
}
