package condition

import "github.com/octroi/octroi/policy/pattern"

// Holds asks the condition of a request, in which its key has these values and others have what lookup says.
//
// A key that may have one value and has several is a question without an answer. A key without values is
// missing, as is one that is not there.
func (c *Condition) Holds(values []string, lookup pattern.Lookup) pattern.Truth {
	switch {
	case c.family == nullFamily:
		return pattern.Of((len(values) == 0) == c.missing)
	case len(values) == 0:
		return c.withoutKey()
	case c.set == forAll:
		t := pattern.Yes
		for _, v := range values {
			t = min(t, c.compareInAll(v, lookup))
		}
		return t
	case c.set == forAny:
		t := pattern.No
		for _, v := range values {
			t = max(t, c.compare(v, lookup))
		}
		return t
	case len(values) > 1:
		return pattern.Unknown
	}
	return c.compare(values[0], lookup)
}

// withoutKey is the answer for a request that lacks the key. That ForAnyValue with IfExists is unknown
// is because the two say opposite things of it, and AWS's text does not settle which of them counts.
//
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; "Single-valued vs. multivalued
// context keys".
func (c *Condition) withoutKey() pattern.Truth {
	switch {
	case c.set == forAny && c.ifExists:
		return pattern.Unknown
	case c.set == forAny:
		return pattern.No
	}
	return pattern.Of(c.ifExists || c.negated || c.set == forAll)
}

// compareInAll: an empty text counts as no value by AWS's text, so that ForAllValues would hold for it.
func (c *Condition) compareInAll(value string, lookup pattern.Lookup) pattern.Truth {
	t := c.compare(value, lookup)
	if value == "" {
		return max(t, pattern.Unknown)
	}
	return t
}

// compare asks the condition of one value: whether it meets any of the document's values, or, if the
// operator is negated, none.
func (c *Condition) compare(value string, lookup pattern.Lookup) pattern.Truth {
	return c.meets(value, lookup).NegatedIf(c.negated)
}
