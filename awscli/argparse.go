package awscli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

// The AWS CLI's grammar is that of its runtime's argument parser, applied three times: to the whole line for the
// global options and the command, to what is left for the operation, to what is left of that for the operation's own
// options. Scripts depend on its corners (prefixes, what counts as a value, which leftovers come first), so this file
// follows it rule by rule.

// values is how many words an option takes.
type values int

const (
	noValue values = iota
	oneValue
	maybeValue // its absent is taken when there is none
)

// option is something that starts with a dash.
type option struct {
	names   []string
	takes   values
	absent  string
	choices []string // nil: anything goes
	hidden  []string // choices that are accepted, but not listed
	exact   bool     // no prefix of it is accepted
}

// positional is a word at a place. An optional one takes a word only if one is there.
type positional struct {
	name     string
	choices  []string
	optional bool
}

// grammar is what one stage knows.
type grammar struct {
	usage       string
	options     []option
	positionals []positional
	// take is told of every option and word as it is found, in order. Its error ends the parsing.
	take func(name, value string) error
}

// mark is what a word looks like before anything is consumed: an option of ours, one that we do not know, or a word.
type mark struct {
	isOption bool
	known    *option // nil: an option of another stage
	name     string
	value    *string // of --name=value
}

type parse struct {
	grammar
	args   []string
	marks  []mark // as many as args
	shape  []byte // O, A or - for each word; - is the first "--"
	rest   []positional
	extras []string
}

// parse takes what it knows out of args and returns the rest in the order in which it was left.
func (g grammar) parse(args []string) (extras []string, err error) {
	p := &parse{grammar: g, args: args, rest: g.positionals}
	if err := p.classify(); err != nil {
		return nil, err
	}
	last := -1
	for i, m := range p.marks {
		if m.isOption {
			last = i
		}
	}
	at := 0
	for at <= last {
		next := at
		for !p.marks[next].isOption {
			next++
		}
		if next != at {
			end, err := p.words(at)
			if err != nil {
				return nil, err
			}
			if end > at {
				at = end
				continue
			}
		}
		p.extras = append(p.extras, p.args[at:next]...)
		if at, err = p.option(next); err != nil {
			return nil, err
		}
	}
	end, err := p.words(at)
	if err != nil {
		return nil, err
	}
	for _, missing := range p.rest {
		if !missing.optional {
			return nil, g.fail("the following arguments are required: " + missing.name)
		}
	}
	return append(p.extras, p.args[end:]...), nil
}

func (g grammar) fail(message string) error {
	return usageError(g.usage, "aws: error: "+message)
}

func (g grammar) failArgument(name, message string) error {
	return g.fail("argument " + name + ": " + message)
}

func (p *parse) classify() error {
	for i, arg := range p.args {
		if arg == "--" {
			p.shape = append(p.shape, '-')
			p.marks = append(p.marks, make([]mark, len(p.args)-i)...)
			for range p.args[i+1:] {
				p.shape = append(p.shape, 'A')
			}
			return nil
		}
		m, err := p.mark(arg)
		if err != nil {
			return err
		}
		p.marks = append(p.marks, m)
		if m.isOption {
			p.shape = append(p.shape, 'O')
		} else {
			p.shape = append(p.shape, 'A')
		}
	}
	return nil
}

func (p *parse) mark(arg string) (mark, error) {
	if len(arg) < 2 || arg[0] != '-' {
		return mark{}, nil
	}
	if o, ok := p.find(arg); ok {
		return mark{true, o, arg, nil}, nil
	}
	name, value, joined := strings.Cut(arg, "=")
	if o, ok := p.find(name); ok && joined {
		return mark{true, o, name, &value}, nil
	}
	switch matches := p.prefixed(arg); {
	case len(matches) > 1:
		var names []string
		for _, m := range matches {
			names = append(names, m.name)
		}
		return mark{}, p.fail(fmt.Sprintf("ambiguous option: %s could match %s", arg, strings.Join(names, ", ")))
	case len(matches) == 1:
		return matches[0], nil
	}
	if isNegativeNumber(arg) || strings.Contains(arg, " ") {
		return mark{}, nil
	}
	return mark{isOption: true, name: arg}, nil
}

func (g grammar) find(name string) (*option, bool) {
	for i := range g.options {
		if slices.Contains(g.options[i].names, name) {
			return &g.options[i], true
		}
	}
	return nil, false
}

// prefixed are the options that an abbreviation may mean. A single dash can be a one-letter option with its value.
func (g grammar) prefixed(arg string) []mark {
	var out []mark
	name, value, joined := strings.Cut(arg, "=")
	for i := range g.options {
		o := &g.options[i]
		for _, n := range o.names {
			switch {
			case o.exact:
			case strings.HasPrefix(arg, "--"):
				if strings.HasPrefix(n, name) {
					m := mark{true, o, n, nil}
					if joined {
						m.value = &value
					}
					out = append(out, m)
				}
			case n == arg[:2]:
				glued := arg[2:]
				out = append(out, mark{true, o, n, &glued})
			case strings.HasPrefix(n, arg):
				out = append(out, mark{true, o, n, nil})
			}
		}
	}
	return out
}

// isNegativeNumber: such a word is a value even though it starts with a dash.
func isNegativeNumber(s string) bool {
	whole, fraction, point := strings.Cut(s[1:], ".")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if !point {
		return whole != "" && digits(whole)
	}
	return fraction != "" && digits(whole) && digits(fraction)
}

// option consumes the option at a place and its value.
func (p *parse) option(at int) (next int, err error) {
	m := p.marks[at]
	if m.known == nil {
		p.extras = append(p.extras, p.args[at])
		return at + 1, nil
	}
	display := strings.Join(m.known.names, "/")
	if m.value != nil {
		if m.known.takes == noValue {
			return 0, p.failArgument(display, "ignored explicit argument "+pyvalue.Quote(*m.value))
		}
		if *m.value == "--" { // is taken out of the values wherever it stands, so there is none
			if m.known.takes == oneValue {
				return at + 1, nil
			}
			return at + 1, p.accept(m.known, m.known.absent)
		}
		return at + 1, p.accept(m.known, *m.value)
	}
	follows := at+1 < len(p.args) && p.shape[at+1] == 'A'
	switch {
	case m.known.takes == noValue:
		return at + 1, p.accept(m.known, "")
	case follows:
		return at + 2, p.accept(m.known, p.args[at+1])
	case m.known.takes == maybeValue:
		return at + 1, p.accept(m.known, m.known.absent)
	}
	return 0, p.failArgument(display, "expected one argument")
}

func (p *parse) accept(o *option, value string) error {
	if o.choices != nil && !slices.Contains(o.hidden, value) {
		if err := p.choose(strings.Join(o.names, "/"), value, o.choices); err != nil {
			return err
		}
	}
	return p.take(o.names[len(o.names)-1], value)
}

// words lets the positionals take the words at a place, as many as fit. A "--" beside a word goes with it.
func (p *parse) words(at int) (next int, err error) {
	for len(p.rest) > 0 {
		end := at
		dashes := func() {
			for end < len(p.shape) && p.shape[end] == '-' {
				end++
			}
		}
		dashes()
		word := end
		if end < len(p.shape) && p.shape[end] == 'A' {
			end++
			dashes()
		} else if !p.rest[0].optional {
			return at, nil
		}
		one := p.rest[0]
		p.rest = p.rest[1:]
		at = end
		if word < len(p.shape) && p.shape[word] == 'A' {
			if one.choices != nil {
				if err := p.choose(one.name, p.args[word], one.choices); err != nil {
					return 0, err
				}
			}
			if err := p.take(one.name, p.args[word]); err != nil {
				return 0, err
			}
		}
	}
	return at, nil
}

func (g grammar) choose(name, value string, choices []string) error {
	if slices.Contains(choices, value) {
		return nil
	}
	return g.failArgument(name, invalidChoice(value, choices))
}
