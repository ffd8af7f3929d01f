package policy

// truth is the answer to a question about a request that may lack what the answer needs: a variable
// without a value, a value that is no number where numbers are compared.
//
// Two values are not enough. Whichever of them stood for "cannot tell", some statement would grant more
// by it: an Allow if it were yes, a Deny (or the negation in an Allow) if it were no. So the third value
// goes through negations unharmed, and only the statement, which knows its effect, takes it for one or
// the other.
type truth uint8

// In this order "and" is min and "or" is max (Kleene). The zero truth is no.
const (
	no truth = iota
	unknown
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(is bool) truth {
	if is {
		return yes
	}
	return no
}

// negatedIf is the negation for those who carry it as a property.
func (t truth) negatedIf(negated bool) truth {
	if negated {
		return t.not()
	}
	return t
}
