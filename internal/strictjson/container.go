package strictjson

import (
	"fmt"
	"slices"
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
		s.elements = append(s.elements, v)
		if s.take(']') {
			elements := make([]Value, len(s.elements)-base)
			copy(elements, s.elements[base:])
			s.elements = s.elements[:base]
			return &inside{elements: elements}, nil
		}
		if !s.take(',') {
			return nil, s.syntax("no comma or ] after an element")
		}
	}
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
		s.members = append(s.members, m)
		if s.take('}') {
			members := make([]Member, len(s.members)-base)
			copy(members, s.members[base:])
			s.members = s.members[:base]
			return &inside{members: members}, nil
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
