package policy

// holds asks the condition of the request.
//
// A key that may have one value and has several is a question without an answer. A key without values is
// missing, as is one that is not there.
func (c *condition) holds(s *subject) truth {
	var space [1]string
	values := s.values(c.key, &space)
	switch {
	case c.family == nullFamily:
		return truthOf((len(values) == 0) == c.missing)
	case len(values) == 0:
		return c.withoutKey()
	case c.set == forAll:
		t := yes
		for _, v := range values {
			t = min(t, c.compareInAll(v, s))
		}
		return t
	case c.set == forAny:
		t := no
		for _, v := range values {
			t = max(t, c.compare(v, s))
		}
		return t
	case len(values) > 1:
		return unknown
	}
	return c.compare(values[0], s)
}

// withoutKey is the answer for a request that lacks the key. That ForAnyValue with IfExists is unknown
// is because the two say opposite things of it, and AWS's text does not settle which of them counts.
//
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; "Single-valued vs. multivalued
// context keys".
func (c *condition) withoutKey() truth {
	switch {
	case c.set == forAny && c.ifExists:
		return unknown
	case c.set == forAny:
		return no
	}
	return truthOf(c.ifExists || c.negated || c.set == forAll)
}

// compareInAll: an empty text counts as no value by AWS's text, so that ForAllValues would hold for it.
func (c *condition) compareInAll(value string, s *subject) truth {
	t := c.compare(value, s)
	if value == "" {
		return max(t, unknown)
	}
	return t
}

// compare asks the condition of one value: whether it meets any of the document's values, or, if the
// operator is negated, none.
func (c *condition) compare(value string, s *subject) truth {
	return c.meets(value, s).negatedIf(c.negated)
}
