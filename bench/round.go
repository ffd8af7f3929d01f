package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// side is one of those that take turns.
type side struct {
	name string
	target
}

// compared are the rates of sides that took turns, round by round.
type compared struct {
	rates [][]float64 // by side, by round
}

// takeTurns measures each side once a round. What disturbs the machine for longer than a round disturbs all of them.
func takeTurns(o options, connections int, sides ...side) (compared, error) {
	c := compared{make([][]float64, len(sides))}
	for round := range o.rounds + 1 {
		d := o.round
		if round == 0 {
			d /= 4 // caches, pools, and the heap's size
		}
		for i, s := range sides {
			rate, err := s.rate(connections, d)
			if err != nil {
				return c, fmt.Errorf("%s: %w", s.name, err)
			}
			if round > 0 {
				c.rates[i] = append(c.rates[i], rate)
			}
		}
	}
	return c, nil
}

// rate is the median rate of a side.
func (c compared) rate(side int) float64 { return median(c.rates[side]) }

// ratio is the median of the rounds' ratios of two sides.
func (c compared) ratio(side, against int) float64 {
	var all []float64
	for round, rate := range c.rates[side] {
		all = append(all, rate/c.rates[against][round])
	}
	return median(all)
}

// median of numbers or durations; zero of none.
func median[T float64 | time.Duration](all []T) T {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// columns print the same widths in every table of rates.
func heading(out io.Writer, title, ours string, peers ...string) {
	fmt.Fprintf(out, "%-42s %9s", title, ours)
	for _, p := range peers {
		fmt.Fprintf(out, "  %12s %6s", p, "ratio")
	}
	fmt.Fprintln(out)
}

// line prints the first side against each of the others.
func (c compared) line(out io.Writer, name string) {
	fmt.Fprintf(out, "%-42s %7.0f/s", name, c.rate(0))
	for i := range c.rates[1:] {
		fmt.Fprintf(out, "  %10.0f/s %6.2f", c.rate(i+1), c.ratio(0, i+1))
	}
	fmt.Fprintln(out)
}
