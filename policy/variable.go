package policy

import (
	"strings"
	"unicode/utf8"
)

// template is a compiled pattern or literal, or one with policy variables.
//
// A variable is replaced in the compiled pattern, when the request is known, and by a literal. Replaced
// in the text of the document before it is parsed or compiled, a quote in a user's name would change
// the policy, and a star in it would match everything.
type template struct {
	whole pattern // if there are no variables
	parts []templatePart
	allow bool // it is part of an Allow
}

// templatePart is a compiled text and the variable after it, if any.
type templatePart struct {
	before   string
	variable string // the key's name in lower case
	fallback string // the default value, not empty if there is one
}

// compileTemplate reads text, which belongs to element of a statement; compile says what * and ? are in it.
func compileTemplate(element, text string, compile compiler, effect Effect) (template, error) {
	if !strings.Contains(text, "${") {
		return template{whole: compile(text)}, nil
	}
	t := template{allow: effect == Allow}
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
			return t, malformed(element, "a policy variable without its closing brace in %s", show(text))
		}
		text = after
		if inside == "*" || inside == "?" || inside == "$" {
			literal += inside
			continue
		}
		part, err := compileVariable(element, inside)
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
func compileVariable(element, inside string) (templatePart, error) {
	key, fallback, hasFallback := strings.Cut(inside, ",")
	if !isVariableKey(key) {
		return templatePart{}, malformed(element, "%s is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}", show("${"+inside+"}"))
	}
	part := templatePart{variable: asciiLower(key)}
	if !hasFallback {
		return part, nil
	}
	fallback = strings.TrimLeft(fallback, " ")
	quoted := len(fallback) > 2 && fallback[0] == '\'' && fallback[len(fallback)-1] == '\''
	if quoted {
		part.fallback = fallback[1 : len(fallback)-1]
	}
	if !quoted || strings.ContainsAny(part.fallback, `'*?${`) {
		return part, malformed(element, "the default in %s must be a text in single quotes without *, ?, $ and {", show("${"+inside+"}"))
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
		if !isActionByte(c) {
			return false
		}
	}
	return !strings.ContainsAny(name, " *?${'\"")
}

// matches is unknown when it hangs on a variable that has no value: of a Deny, when some value would make
// it match; of an Allow always, for the negation of what does not match would allow.
func (t *template) matches(text string, s *subject) truth {
	if t.parts == nil {
		return truthOf(t.whole.matches(text))
	}
	var space [256]byte
	expanded, complete := t.expand(space[:0], s)
	switch {
	case !complete && t.allow:
		return unknown
	case !glob(expanded, text):
		return no
	case !complete:
		return unknown
	}
	return yes
}

// expand appends the compiled text for a request, and reports whether every variable had a value. Any
// text stands for one that has none. (A literal holds no bytes that stand for wildcards, so that it may
// be matched as a pattern once it is put together.)
func (t *template) expand(b []byte, s *subject) (expanded []byte, complete bool) {
	complete = true
	for i := range t.parts {
		part := &t.parts[i]
		b = append(b, part.before...)
		if part.variable == "" {
			continue
		}
		value, ok := s.value(part.variable)
		switch {
		case ok && utf8.ValidString(value):
			b = append(b, value...)
		case !ok && part.fallback != "":
			b = append(b, part.fallback...)
		default:
			b = append(b, anyText)
			complete = false
		}
	}
	return b, complete
}
