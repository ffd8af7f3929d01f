package policy

import (
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// condition is a compiled key of an operator with its values. Which of the lists is filled depends on
// the operator's family. (An interface would have a type for each, and make every evaluation allocate:
// what is passed to a method of an interface may be kept by it.)
type condition struct {
	operator
	key       string // in lower case
	templates []template
	arns      []arnPattern
	numbers   []float64
	dates     []date
	networks  []network
	missing   bool // of Null: whether the key must be missing
}

// arnPattern is an ARN with wildcards, in which each part has its own.
type arnPattern struct {
	head [arnParts - 1]pattern
	tail template
}

// readConditions reads Condition: operators, each with keys, each with values. All of them must hold.
func (st *statement) readConditions(elements map[string]strictjson.Value, l language) error {
	v, ok := elements["Condition"]
	if !ok {
		return nil
	}
	if v.Kind() != strictjson.Object || len(v.Members()) == 0 {
		return malformed("Condition", "it must be an object with an operator in it")
	}
	for _, m := range v.Members() {
		o, err := operatorOf(m.Name)
		if err == nil && m.Escaped {
			err = malformed("Condition", "the operator %s is written with an escape", show(m.Name))
		}
		if err == nil {
			err = st.readOperator(m.Name, o, m.Value, l)
		}
		if err != nil {
			return err
		}
	}
	return st.checkForAll()
}

func (st *statement) readOperator(name string, o operator, v strictjson.Value, l language) error {
	if v.Kind() != strictjson.Object || len(v.Members()) == 0 {
		return malformed("Condition", "%s must be an object with a condition key in it", name)
	}
	first := len(st.conditions)
	for _, m := range v.Members() {
		c := condition{operator: o, key: asciiLower(m.Name)}
		if err := c.checkKey(name, m); err != nil {
			return err
		}
		for i := range st.conditions[first:] {
			if st.conditions[first+i].key == c.key {
				return malformed("Condition", "%s has the key %s twice: case means nothing in it", name, show(m.Name))
			}
		}
		if err := c.readValues(name, m.Value, l); err != nil {
			return err
		}
		st.conditions = append(st.conditions, c)
	}
	return nil
}

func (c *condition) checkKey(name string, m strictjson.Member) error {
	p := pluralityOf(c.key)
	switch {
	case m.Escaped:
		return malformed("Condition", "the key %s is written with an escape", show(m.Name))
	case p == 0:
		return malformed("Condition", "there is no condition key %s", show(m.Name))
	case p == many && c.set == only && c.family != nullFamily:
		return malformed("Condition", "the key %s can have several values; say which of them are meant: ForAnyValue:%s or ForAllValues:%s", show(m.Name), name, name)
	}
	return nil
}

// readValues reads a value or a list of them.
func (c *condition) readValues(name string, v strictjson.Value, l language) error {
	list := []strictjson.Value{v}
	if v.Kind() == strictjson.Array {
		list = v.Elements()
	}
	if len(list) == 0 {
		return malformed("Condition", "%s: the list of values is empty", name)
	}
	for _, v := range list {
		text, err := c.text(name, v)
		if err == nil && strings.Contains(text, "${") {
			err = c.checkVariable(name, text, l)
		}
		if err == nil {
			err = c.add(name, text, l.effect)
		}
		if err != nil {
			return err
		}
	}
	if c.family == nullFamily && len(list) > 1 {
		return malformed("Condition", "Null has one value: \"true\" or \"false\"")
	}
	return nil
}

// text is the text of a value: numbers may be written as numbers, and booleans as booleans.
func (c *condition) text(name string, v strictjson.Value) (string, error) {
	switch {
	case v.Kind() == strictjson.Number && (c.family == numberFamily || c.family == dateFamily):
		return v.Number(), nil
	case v.Kind() == strictjson.Bool && (c.family == boolFamily || c.family == nullFamily):
		if v.Bool() {
			return "true", nil
		}
		return "false", nil
	}
	text, err := textOf("Condition", v)
	if err != nil {
		err.(*MalformedError).Reason = name + ": " + err.(*MalformedError).Reason
	}
	return text, err
}

func (c *condition) checkVariable(name, text string, l language) error {
	if l.version != Version2012 {
		return malformed("Condition", "%s: the policy variable in %s needs \"Version\": \"2012-10-17\"", name, show(text))
	}
	if !c.variables() {
		return malformed("Condition", "%s: there are no policy variables in its values, as in %s", name, show(text))
	}
	return nil
}

// checkForAll: ForAllValues holds for a request that lacks the key. An Allow that does not say otherwise
// allows whoever leaves it out.
//
// Source: IAM User Guide, "Single-valued vs. multivalued context keys".
func (st *statement) checkForAll() error {
	if st.effect != Allow {
		return nil
	}
	guarded := make(map[string]bool)
	for i := range st.conditions {
		if c := &st.conditions[i]; c.family == nullFamily && !c.missing {
			guarded[c.key] = true
		}
	}
	for i := range st.conditions {
		if c := &st.conditions[i]; c.set == forAll && !guarded[c.key] {
			return malformed("Condition", "ForAllValues of %s holds if the key is missing; add \"Null\": {%s: \"false\"}", show(c.key), show(c.key))
		}
	}
	return nil
}
