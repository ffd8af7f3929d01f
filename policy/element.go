package policy

import (
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/policy/pattern"
)

// elementsOf are the members of an object by name. A name that is not known is refused: an element that
// is ignored may be a condition, or a misspelled Deny.
func elementsOf(v strictjson.Value, known ...string) (map[string]strictjson.Value, error) {
	if v.Kind() != strictjson.Object {
		return nil, malformed("", "it is %s and must be an object", v.Kind())
	}
	elements := make(map[string]strictjson.Value, len(v.Members()))
	for _, m := range v.Members() {
		if m.Escaped {
			return nil, malformed("", "the name of the element %s is written with an escape", pattern.Show(m.Name))
		}
		if !slices.Contains(known, m.Name) {
			return nil, unknownElement(m.Name, known)
		}
		elements[m.Name] = m.Value
	}
	return elements, nil
}

func unknownElement(name string, known []string) error {
	for _, k := range known {
		if strings.EqualFold(k, name) {
			return malformed("", "there is no element %s; it is spelled %s", pattern.Show(name), k)
		}
	}
	return malformed("", "there is no element %s", pattern.Show(name))
}

// textOf is the text of a string without control characters.
func textOf(element string, v strictjson.Value) (string, error) {
	text, err := pattern.Text(v)
	if err != nil {
		return "", malformed(element, "%v", err)
	}
	return text, nil
}

// textsOf are the texts of a string or of a list of strings that is not empty.
func textsOf(element string, v strictjson.Value) ([]string, error) {
	if v.Kind() != strictjson.Array {
		text, err := textOf(element, v)
		return []string{text}, err
	}
	if len(v.Elements()) == 0 {
		return nil, malformed(element, "the list is empty")
	}
	texts := make([]string, len(v.Elements()))
	for i, e := range v.Elements() {
		var err error
		if texts[i], err = textOf(element, e); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// either reads an element or its negation, of which a statement has exactly one.
func either(elements map[string]strictjson.Value, name string) (element string, texts []string, err error) {
	element = name
	v, plain := elements[name]
	negation, negated := elements["Not"+name]
	switch {
	case plain && negated:
		return "", nil, malformed(name, "it stands beside Not%s; a statement has one of them", name)
	case negated:
		element, v = "Not"+name, negation
	case !plain:
		return "", nil, malformed(name, "it is missing, as is Not%s; a statement has one of them", name)
	}
	texts, err = textsOf(element, v)
	return element, texts, err
}
