package pattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Template is a compiled pattern or literal, or one with policy variables.
//
// A variable is replaced in the compiled pattern, when the request is known, and by a literal. Replaced
// in the text of the document before it is parsed or compiled, a quote in a user's name would change
// the policy, and a star in it would match everything.
type Template struct {
	whole Pattern // if there are no variables
	parts []templatePart
	use   Use
}

// templatePart is a compiled text and the variable after it, if any.
type templatePart struct {
	before   string
	variable string // the key's name in lower case
	fallback string // the default value, not empty if there is one
}

// Use is what a statement does with the answer, which decides what a variable without a value is worth.
type Use uint8

// The zero Use is the one that tells less.
const (
	ToAllow Use = iota
	ToDeny
)

// Lookup is the one value of a condition key, whose name is in lower case, for a request. (A function and not an
// interface: what is passed to the method of an interface is allocated, in every decision.)
type Lookup func(key string) (value string, ok bool)

// CompileTemplate reads text; compile says what * and ? are in it.
func CompileTemplate(text string, compile Compiler, use Use) (Template, error) {
	if !strings.Contains(text, "${") {
		return Template{whole: compile(text)}, nil
	}
	t := Template{use: use}
	literal := ""
	for {
		before, rest, found := strings.Cut(text, "${")
		literal += compile(before).text
		if !found {
			t.parts = append(t.parts, templatePart{before: literal})
			return t, nil
		}
		inside, after, closed := strings.Cut(rest, "}")
		if !closed {
			return t, fmt.Errorf("a policy variable without its closing brace in %s", Show(text))
		}
		text = after
		if inside == "*" || inside == "?" || inside == "$" {
			literal += inside
			continue
		}
		part, err := compileVariable(inside)
		if err != nil {
			return t, err
		}
		part.before, literal = literal, ""
		t.parts = append(t.parts, part)
	}
}

// compileVariable reads what stands between the braces: key, or key, 'default'.
//
// Source: IAM User Guide, "IAM policy elements: Variables and tags", "Specifying default values".
func compileVariable(inside string) (templatePart, error) {
	key, fallback, hasFallback := strings.Cut(inside, ",")
	if !isVariableKey(key) {
		return templatePart{}, fmt.Errorf("%s is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}", Show("${"+inside+"}"))
	}
	part := templatePart{variable: Lower(key)}
	if !hasFallback {
		return part, nil
	}
	fallback = strings.TrimLeft(fallback, " ")
	quoted := len(fallback) > 2 && fallback[0] == '\'' && fallback[len(fallback)-1] == '\''
	if quoted {
		part.fallback = fallback[1 : len(fallback)-1]
	}
	if !quoted || strings.ContainsAny(part.fallback, `'*?${`) {
		return part, fmt.Errorf("the default in %s must be a text in single quotes without *, ?, $ and {", Show("${"+inside+"}"))
	}
	return part, nil
}

// isVariableKey: vendor:key or vendor:key/tag. Anything else between the braces is a slip of the pen.
func isVariableKey(key string) bool {
	vendor, name, found := strings.Cut(key, ":")
	if !found || vendor == "" || name == "" || strings.HasPrefix(name, "/") {
		return false
	}
	for _, c := range []byte(vendor) {
		if !IsNameByte(c) {
			return false
		}
	}
	return !strings.ContainsAny(name, " *?${'\"")
}

// Matches is Unknown when it hangs on a variable that has no value: of a Deny, when some value would make
// it match; of an Allow always, for the negation of what does not match would allow.
func (t *Template) Matches(text string, value Lookup) Truth {
	if t.parts == nil {
		return Of(t.whole.Matches(text))
	}
	var space [256]byte
	expanded, complete := t.expand(space[:0], value)
	switch {
	case !complete && t.use == ToAllow:
		return Unknown
	case !glob(expanded, text):
		return No
	case !complete:
		return Unknown
	}
	return Yes
}

// expand appends the compiled text for a request, and reports whether every variable had a value. Any
// text stands for one that has none. (A literal holds no bytes that stand for wildcards, so that it may
// be matched as a pattern once it is put together.)
func (t *Template) expand(b []byte, value Lookup) (expanded []byte, complete bool) {
	complete = true
	for i := range t.parts {
		part := &t.parts[i]
		b = append(b, part.before...)
		if part.variable == "" {
			continue
		}
		v, ok := value(part.variable)
		switch {
		case ok && utf8.ValidString(v):
			b = append(b, v...)
		case !ok && part.fallback != "":
			b = append(b, part.fallback...)
		default:
			b = append(b, anyText)
			complete = false
		}
	}
	return b, complete
}

// Varies reports whether there is a policy variable in it.
func (t *Template) Varies() bool { return t.parts != nil }

// Whole is the pattern of a template without variables.
func (t *Template) Whole() Pattern { return t.whole }
