package condition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/policy/pattern"
)

// Condition is a compiled key of an operator with its values. Which of the lists is filled depends on
// the operator's family. (An interface would have a type for each, and make every evaluation allocate:
// what is passed to a method of an interface may be kept by it.)
type Condition struct {
	operator
	key       string // in lower case
	templates []pattern.Template
	arns      []arnPattern
	numbers   []float64
	dates     []date
	networks  []network
	missing   bool // of Null: whether the key must be missing
}

// arnPattern is an ARN with wildcards, in which each part has its own.
type arnPattern struct {
	head [pattern.ARNParts - 1]pattern.Pattern
	tail pattern.Template
}

// Language is what the conditions of a statement are written in.
type Language struct {
	Variables Variables
	Use       pattern.Use
}

// Variables is whether the version of a document has policy variables.
type Variables uint8

// The zero Variables is the answer of a document that names no version.
const (
	NoVariables Variables = iota
	WithVariables
)

// Read reads Condition: operators, each with keys, each with values. All of them must hold.
func Read(v strictjson.Value, l Language) ([]Condition, error) {
	if v.Kind() != strictjson.Object || len(v.Members()) == 0 {
		return nil, errors.New("it must be an object with an operator in it")
	}
	var all []Condition
	for _, m := range v.Members() {
		o, err := operatorOf(m.Name)
		if err == nil && m.Escaped {
			err = fmt.Errorf("the operator %s is written with an escape", pattern.Show(m.Name))
		}
		if err == nil {
			all, err = readOperator(all, m, o, l)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, checkForAll(all, l)
}

// readOperator appends the conditions of an operator.
func readOperator(all []Condition, operator strictjson.Member, o operator, l Language) ([]Condition, error) {
	name, v := operator.Name, operator.Value
	if v.Kind() != strictjson.Object || len(v.Members()) == 0 {
		return nil, fmt.Errorf("%s must be an object with a condition key in it", name)
	}
	first := len(all)
	for _, m := range v.Members() {
		c := Condition{operator: o, key: pattern.Lower(m.Name)}
		if err := c.checkKey(name, m); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all[first:], func(other Condition) bool { return other.key == c.key }) {
			return nil, fmt.Errorf("%s has the key %s twice: case means nothing in it", name, pattern.Show(m.Name))
		}
		if err := c.readValues(name, m.Value, l); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Key is the key whose values the condition compares, in lower case.
func (c *Condition) Key() string { return c.key }

func (c *Condition) checkKey(name string, m strictjson.Member) error {
	p := pluralityOf(c.key)
	switch {
	case m.Escaped:
		return fmt.Errorf("the key %s is written with an escape", pattern.Show(m.Name))
	case p == 0:
		return fmt.Errorf("there is no condition key %s", pattern.Show(m.Name))
	case p == many && c.set == only && c.family != nullFamily:
		return fmt.Errorf("the key %s can have several values; say which of them are meant: ForAnyValue:%s or ForAllValues:%s", pattern.Show(m.Name), name, name)
	}
	return nil
}

// readValues reads a value or a list of them.
func (c *Condition) readValues(name string, v strictjson.Value, l Language) error {
	list := []strictjson.Value{v}
	if v.Kind() == strictjson.Array {
		list = v.Elements()
	}
	if len(list) == 0 {
		return fmt.Errorf("%s: the list of values is empty", name)
	}
	for _, v := range list {
		text, err := c.text(name, v)
		if err == nil && strings.Contains(text, "${") {
			err = c.checkVariable(name, text, l)
		}
		if err == nil {
			err = c.add(name, text, l.Use)
		}
		if err != nil {
			return err
		}
	}
	if c.family == nullFamily && len(list) > 1 {
		return errors.New("the operator Null has one value: \"true\" or \"false\"")
	}
	return nil
}

// text is the text of a value: numbers may be written as numbers, and booleans as booleans.
func (c *Condition) text(name string, v strictjson.Value) (string, error) {
	switch {
	case v.Kind() == strictjson.Number && (c.family == numberFamily || c.family == dateFamily):
		return v.Number(), nil
	case v.Kind() == strictjson.Bool && (c.family == boolFamily || c.family == nullFamily):
		if v.Bool() {
			return "true", nil
		}
		return "false", nil
	}
	text, err := pattern.Text(v)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

func (c *Condition) checkVariable(name, text string, l Language) error {
	if l.Variables == NoVariables {
		return fmt.Errorf("%s: the policy variable in %s needs \"Version\": \"2012-10-17\"", name, pattern.Show(text))
	}
	if !c.variables() {
		return fmt.Errorf("%s: there are no policy variables in its values, as in %s", name, pattern.Show(text))
	}
	return nil
}

// checkForAll: ForAllValues holds for a request that lacks the key. An Allow that does not say otherwise
// allows whoever leaves it out.
//
// Source: IAM User Guide, "Single-valued vs. multivalued context keys".
func checkForAll(all []Condition, l Language) error {
	if l.Use == pattern.ToDeny {
		return nil
	}
	guarded := make(map[string]bool)
	for i := range all {
		if c := &all[i]; c.family == nullFamily && !c.missing {
			guarded[c.key] = true
		}
	}
	for i := range all {
		if c := &all[i]; c.set == forAll && !guarded[c.key] {
			return fmt.Errorf("ForAllValues of %s holds if the key is missing; add \"Null\": {%s: \"false\"}", pattern.Show(c.key), pattern.Show(c.key))
		}
	}
	return nil
}
