// Package condition is the element Condition of a policy statement: reading it strictly, and asking it of the values of
// a key.
//
// It refuses whatever it cannot keep: operators, keys and values that it does not know. It does not know where the
// values of a request come from (package policy has them), nor what an answer means for a statement.
//
// Read operator.go and key.go, the two tables; condition.go and literal.go for reading; compare.go and meet.go for
// asking; pin.go for what trust policies need to know.
//
// The tests are those of package policy: a condition shows what it does in an Allow and in a Deny.
package condition
