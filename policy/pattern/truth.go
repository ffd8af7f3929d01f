package pattern

// Truth is the answer to a question about a request that may lack what the answer needs: a variable
// without a value, a value that is no number where numbers are compared.
//
// Two values are not enough. Whichever of them stood for "cannot tell", some statement would grant more
// by it: an Allow if it were yes, a Deny (or the negation in an Allow) if it were no. So the third value
// goes through negations unharmed, and only the statement, which knows its effect, takes it for one or
// the other.
type Truth uint8

// In this order "and" is min and "or" is max (Kleene). The zero Truth is No.
const (
	No Truth = iota
	Unknown
	Yes
)

// Not is the negation, which leaves Unknown as it is.
func (t Truth) Not() Truth { return Yes - t }

// Of is the truth of what can be told.
func Of(is bool) Truth {
	if is {
		return Yes
	}
	return No
}

// NegatedIf is the negation for those who carry it as a property.
func (t Truth) NegatedIf(negated bool) Truth {
	if negated {
		return t.Not()
	}
	return t
}
