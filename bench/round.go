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
	load
}

// load is what a side does for a round: requests of one kind, or whole pushes.
type load interface {
	run(connections int, d time.Duration) (speed, error)
}

// compared are the speeds of sides that took turns, round by round.
type compared struct {
	speeds [][]speed // by side, by round
}

// takeTurns measures each side once a round. What disturbs the machine for longer than a round disturbs all of them.
func takeTurns(o options, connections int, sides ...side) (compared, error) {
	c := compared{make([][]speed, len(sides))}
	for round := range o.rounds + 1 {
		d := o.round
		if round == 0 {
			d /= 4 // caches, pools, and the heap's size
		}
		for i, s := range sides {
			speed, err := s.run(connections, d)
			if err != nil {
				return c, fmt.Errorf("%s: %w", s.name, err)
			}
			if round > 0 {
				c.speeds[i] = append(c.speeds[i], speed)
			}
		}
	}
	return c, nil
}

func rate(s speed) float64 { return s.rate }
func work(s speed) float64 { return s.work }

// median is the median of one figure of a side.
func (c compared) median(side int, of func(speed) float64) float64 {
	var all []float64
	for _, s := range c.speeds[side] {
		all = append(all, of(s))
	}
	return median(all)
}

// ratio is the median of the rounds' ratios of one figure of two sides.
func (c compared) ratio(side, against int, of func(speed) float64) float64 {
	var all []float64
	for round, s := range c.speeds[side] {
		all = append(all, of(s)/of(c.speeds[against][round]))
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

// heading and line print the same columns in every table of speeds. "work" is the ratio by the processors' time.
func heading(out io.Writer, title, ours string, peers ...string) {
	fmt.Fprintf(out, "%-42s %9s", title, ours)
	for _, p := range peers {
		fmt.Fprintf(out, "  %12s %6s %6s", p, "ratio", "work")
	}
	fmt.Fprintln(out)
}

// rates prints what line does without the work: the load's processor time is not that of servers that are processes of
// their own.
func (c compared) rates(out io.Writer, name string) {
	fmt.Fprintf(out, "%-42s %7.1f/s", name, c.median(0, rate))
	for i := range c.speeds[1:] {
		fmt.Fprintf(out, "  %10.1f/s %6.2f", c.median(i+1, rate), c.ratio(0, i+1, rate))
	}
	fmt.Fprintln(out)
}

// line prints the first side against each of the others.
func (c compared) line(out io.Writer, name string) {
	fmt.Fprintf(out, "%-42s %7.0f/s", name, c.median(0, rate))
	for i := range c.speeds[1:] {
		fmt.Fprintf(out, "  %10.0f/s %6.2f %6.2f", c.median(i+1, rate), c.ratio(0, i+1, rate), c.ratio(0, i+1, work))
	}
	fmt.Fprintln(out)
}
