package strictjson

import (
	"fmt"
	"slices"
	"strings"
)

// array reads what follows '['.
func (s *scanner) array(depth int) (*inside, error) {
	base := len(s.elements)
	if s.take(']') {
		return nil, nil
	}
	for {
		if err := s.counted(); err != nil {
			return nil, err
		}
		v, err := s.value(depth)
		if err != nil {
			return nil, err
		}
		push(s, &s.elements, v)
		if s.take(']') {
			return &inside{elements: pop(&s.elements, base)}, nil
		}
		if !s.take(',') {
			return nil, s.syntax("no comma or ] after an element")
		}
	}
}

// push puts onto a stack, which is made as large as it can become: after that many commas there is nothing more. To let
// it grow instead costs five times what is kept, and that is a hundred times the text.
func push[T any](s *scanner, stack *[]T, v T) {
	if *stack == nil {
		*stack = make([]T, 0, 1+min(strings.Count(s.text[s.at:], ","), s.limits.Members))
	}
	*stack = append(*stack, v)
}

// pop takes what is above base off a stack, as a slice of its exact size. A stack of which that is most is given away.
func pop[T any](stack *[]T, base int) []T {
	above := (*stack)[base:]
	if base == 0 && 2*len(above) >= cap(above) {
		*stack = nil
		return above[:len(above):len(above)]
	}
	kept := make([]T, len(above))
	copy(kept, above)
	*stack = (*stack)[:base]
	return kept
}

// object reads what follows '{'.
func (s *scanner) object(depth int) (*inside, error) {
	base := len(s.members)
	if s.take('}') {
		return nil, nil
	}
	var seen names
	for {
		if err := s.counted(); err != nil {
			return nil, err
		}
		m, err := s.member(depth, base, &seen)
		if err != nil {
			return nil, err
		}
		push(s, &s.members, m)
		if s.take('}') {
			return &inside{members: pop(&s.members, base)}, nil
		}
		if !s.take(',') {
			return nil, s.syntax("no comma or } after a member")
		}
	}
}

func (s *scanner) member(depth, base int, seen *names) (Member, error) {
	s.space()
	if s.peek() != '"' {
		return Member{}, s.syntax("no member name")
	}
	start := s.at
	name, escaped, err := s.str()
	if err != nil {
		return Member{}, err
	}
	if seen.has(name, s.members[base:]) {
		s.at = start
		return Member{}, s.fail(ErrDuplicate, fmt.Sprintf("%.64q", name))
	}
	if !s.take(':') {
		return Member{}, s.syntax("no colon after a member name")
	}
	v, err := s.value(depth)
	return Member{name, escaped, v}, err
}

// names finds duplicates: by reading the members while they are few, by a set when they are many.
// (A list alone would cost the square of 100,000.)
type names map[string]struct{}

const fewNames = 16

func (n *names) has(name string, before []Member) bool {
	if len(before) < fewNames {
		return slices.ContainsFunc(before, func(m Member) bool { return m.Name == name })
	}
	if *n == nil {
		*n = make(names)
		for _, m := range before {
			(*n)[m.Name] = struct{}{}
		}
	}
	_, dup := (*n)[name]
	(*n)[name] = struct{}{}
	return dup
}
