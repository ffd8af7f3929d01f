package condition

import (
	"slices"

	"github.com/octroi/octroi/policy/pattern"
)

// Pins reports whether one of the conditions holds only for values of the key, in lower case, that are all of a form.
func Pins(all []Condition, key string, form func(pattern.Pattern) bool) bool {
	return slices.ContainsFunc(all, func(c Condition) bool { return c.pins(key, form) })
}

func (c *Condition) pins(key string, form func(pattern.Pattern) bool) bool {
	text := c.family == textFamily || c.family == foldFamily || c.family == likeFamily
	if c.key != key || !text || c.negated || c.ifExists || c.set == forAll {
		return false
	}
	return !slices.ContainsFunc(c.templates, func(t pattern.Template) bool {
		return t.Varies() || !form(t.Whole()) // a variable can be whatever the token says
	})
}
