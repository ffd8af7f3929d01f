package awsconfig

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errINI reports a text that the AWS CLI would not parse either.
var errINI = errors.New("not a settings file")

// section is one [name] with its keys in lower case. A value that is an indented block of key = value lines
// is in nested instead.
type section struct {
	value  map[string]string
	nested map[string]map[string]string
	place  int // in the file, from 0
}

// sections are those of a file by name, as written between the brackets.
type sections map[string]*section

// parseINI reads the dialect of Python's configparser as the AWS CLI sets it up: "=" or ":", keys in any case,
// whole-line comments with "#" or ";" and no others, deeper indented lines continue a value, a section or a
// key given twice is an error, [DEFAULT] gives defaults to all sections.
func parseINI(text string) (sections, error) {
	if !utf8.ValidString(text) {
		return nil, errINI
	}
	p := iniParser{lines: map[string]map[string][]string{}, order: map[string]int{}}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	for line := range strings.SplitSeq(text, "\n") {
		if err := p.line(line); err != nil {
			return nil, err
		}
	}
	return p.finish()
}

type iniParser struct {
	lines   map[string]map[string][]string // section, key, the value's lines
	section map[string][]string            // the current one, nil before the first
	key     string                         // the key that a deeper line continues, or ""
	indent  int
	order   map[string]int
}

const defaults = "DEFAULT"

func (p *iniParser) line(line string) error {
	value := strings.TrimSpace(line)
	if strings.HasPrefix(value, "#") || strings.HasPrefix(value, ";") {
		return nil
	}
	if value == "" {
		if p.key != "" {
			p.section[p.key] = append(p.section[p.key], "")
		}
		return nil
	}
	indent := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsSpace(r) })
	if p.key != "" && indent > p.indent {
		p.section[p.key] = append(p.section[p.key], value)
		return nil
	}
	p.indent = indent
	if end := strings.LastIndexByte(value, ']'); value[0] == '[' && end > 1 {
		return p.open(value[1:end])
	}
	return p.option(value)
}

func (p *iniParser) open(name string) error {
	if p.lines[name] != nil && name != defaults {
		return errINI
	}
	if p.lines[name] == nil {
		p.lines[name], p.order[name] = map[string][]string{}, len(p.order)
	}
	p.section, p.key = p.lines[name], ""
	return nil
}

func (p *iniParser) option(line string) error {
	i := strings.IndexAny(line, "=:")
	if p.section == nil || i < 0 {
		return errINI
	}
	key := strings.ToLower(strings.TrimSpace(line[:i]))
	if _, twice := p.section[key]; twice || key == "" {
		return errINI
	}
	p.section[key], p.key = []string{strings.TrimSpace(line[i+1:])}, key
	return nil
}

func (p *iniParser) finish() (sections, error) {
	all := sections{}
	for name, keys := range p.lines {
		if name == defaults {
			continue
		}
		s := &section{map[string]string{}, map[string]map[string]string{}, p.order[name]}
		for _, from := range []map[string][]string{p.lines[defaults], keys} {
			for key, lines := range from {
				if err := s.set(key, strings.TrimRightFunc(strings.Join(lines, "\n"), unicode.IsSpace)); err != nil {
					return nil, err
				}
			}
		}
		all[name] = s
	}
	return all, nil
}

// set stores a value, or takes apart one that is an indented block.
func (s *section) set(key, value string) error {
	delete(s.value, key)
	delete(s.nested, key)
	if !strings.HasPrefix(value, "\n") {
		s.value[key] = value
		return nil
	}
	block := map[string]string{}
	for line := range strings.SplitSeq(value, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		k, v, ok := strings.Cut(line, "=")
		if !ok {
			return errINI
		}
		block[strings.TrimSpace(k)] = strings.TrimSpace(v)
	}
	s.nested[key] = block
	return nil
}
