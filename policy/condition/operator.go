package condition

import (
	"fmt"
	"strings"

	"github.com/octroi/octroi/policy/pattern"
)

// operator is what a condition asks of the values of its key.
type operator struct {
	family   family
	relation relation // of numbers and dates
	negated  bool
	set      set
	ifExists bool
}

// family is how values are read and compared.
type family uint8

const (
	textFamily    family = iota + 1
	foldFamily           // without regard to case
	likeFamily           // with wildcards
	arnFamily            // part by part, with wildcards
	numberFamily         //
	dateFamily           //
	boolFamily           //
	binaryFamily         // base64
	networkFamily        // addresses and networks
	nullFamily           // whether there is a value at all
)

type relation uint8

const (
	equal relation = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// set is which of the values of a key must satisfy the condition.
type set uint8

const (
	only set = iota // there may be one value
	forAll
	forAny
)

// operators are all operators.
//
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators". ArnEquals and ArnLike behave
// identically there.
var operators = map[string]operator{
	"StringEquals":              {family: textFamily},
	"StringNotEquals":           {family: textFamily, negated: true},
	"StringEqualsIgnoreCase":    {family: foldFamily},
	"StringNotEqualsIgnoreCase": {family: foldFamily, negated: true},
	"StringLike":                {family: likeFamily},
	"StringNotLike":             {family: likeFamily, negated: true},
	"NumericEquals":             {family: numberFamily},
	"NumericNotEquals":          {family: numberFamily, negated: true},
	"NumericLessThan":           {family: numberFamily, relation: less},
	"NumericLessThanEquals":     {family: numberFamily, relation: lessOrEqual},
	"NumericGreaterThan":        {family: numberFamily, relation: greater},
	"NumericGreaterThanEquals":  {family: numberFamily, relation: greaterOrEqual},
	"DateEquals":                {family: dateFamily},
	"DateNotEquals":             {family: dateFamily, negated: true},
	"DateLessThan":              {family: dateFamily, relation: less},
	"DateLessThanEquals":        {family: dateFamily, relation: lessOrEqual},
	"DateGreaterThan":           {family: dateFamily, relation: greater},
	"DateGreaterThanEquals":     {family: dateFamily, relation: greaterOrEqual},
	"Bool":                      {family: boolFamily},
	"BinaryEquals":              {family: binaryFamily},
	"IpAddress":                 {family: networkFamily},
	"NotIpAddress":              {family: networkFamily, negated: true},
	"ArnEquals":                 {family: arnFamily},
	"ArnNotEquals":              {family: arnFamily, negated: true},
	"ArnLike":                   {family: arnFamily},
	"ArnNotLike":                {family: arnFamily, negated: true},
	"Null":                      {family: nullFamily},
}

// operatorOf reads the name of an operator with its prefix and suffix.
//
// Source: IAM User Guide, "...IfExists condition operators" and "Single-valued vs. multivalued context
// keys".
func operatorOf(text string) (operator, error) {
	name, s := text, only
	if rest, found := strings.CutPrefix(name, "ForAllValues:"); found {
		name, s = rest, forAll
	} else if rest, found := strings.CutPrefix(name, "ForAnyValue:"); found {
		name, s = rest, forAny
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	o, ok := operators[name]
	if !ok {
		for spelled := range operators {
			if strings.EqualFold(spelled, name) {
				return o, fmt.Errorf("there is no operator %s; it is spelled %s", pattern.Show(text), spelled)
			}
		}
		return o, fmt.Errorf("there is no operator %s", pattern.Show(text))
	}
	if o.family == nullFamily && (s != only || ifExists) {
		return o, fmt.Errorf("there is no operator %s: Null stands alone", pattern.Show(text))
	}
	o.set, o.ifExists = s, ifExists
	return o, nil
}

// variables reports whether policy variables may stand in the operator's values.
func (o operator) variables() bool {
	switch o.family {
	case textFamily, foldFamily, likeFamily, arnFamily, boolFamily:
		return true
	}
	return false
}
