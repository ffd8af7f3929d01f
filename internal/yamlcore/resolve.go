// Package yamlcore decides what an unquoted YAML 1.2 scalar is: the rules by which the AWS CLI's library reads
// --cli-input-yaml, and by which it quotes texts that would be read as something else.
package yamlcore

import "strings"

// Kind is the type of a scalar.
type Kind string

// The kinds. A text is whatever is nothing else.
const (
	Text      Kind = "str"
	Null      Kind = "null"
	Bool      Kind = "bool"
	Integer   Kind = "int"
	Float     Kind = "float"
	Timestamp Kind = "timestamp"
	Merge     Kind = "merge" // <<
	Value     Kind = "value" // =
)

// Resolve tells the kind of a plain scalar.
func Resolve(s string) Kind {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	case "<<":
		return Merge
	case "=":
		return Value
	}
	switch {
	case isFloat(s):
		return Float
	case isInteger(s):
		return Integer
	case isTimestamp(s):
		return Timestamp
	}
	return Text
}

// scan moves over s and remembers whether all went well.
type scan struct {
	s  string
	ok bool
}

func unsigned(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

// run takes characters of a set; fewer than least is a failure.
func (c *scan) run(set string, least, most int) int {
	n := 0
	for n < len(c.s) && n < most && strings.IndexByte(set, c.s[n]) >= 0 {
		n++
	}
	if n < least {
		c.ok = false
	}
	c.s = c.s[n:]
	return n
}

// one takes one character of a set if it stands here.
func (c *scan) one(set string) bool {
	if c.s == "" || strings.IndexByte(set, c.s[0]) < 0 {
		return false
	}
	c.s = c.s[1:]
	return true
}

func (c *scan) done() bool { return c.ok && c.s == "" }

const (
	digits = "0123456789"
	loose  = digits + "_"
	any    = 1 << 30
)

func all(s, set string) bool { return s != "" && strings.Trim(s, set) == "" }

func isInteger(s string) bool {
	if strings.HasPrefix(s, "_") { // only after a sign may it come first
		return false
	}
	s = unsigned(s)
	switch {
	case strings.HasPrefix(s, "0b") && all(s[2:], "01_"):
		return true
	case strings.HasPrefix(s, "0o") && all(s[2:], "01234567_"):
		return true
	case strings.HasPrefix(s, "0x") && all(s[2:], loose+"abcdefABCDEF"):
		return true
	}
	return all(s, loose)
}

func isFloat(s string) bool {
	body := unsigned(s)
	switch body {
	case ".inf", ".Inf", ".INF":
		return true
	case ".nan", ".NaN", ".NAN":
		return body == s
	}
	c := &scan{body, true}
	if c.one(".") { // .5, .5e+3: here the exponent needs its sign
		c.run(loose, 1, any)
		if c.one("eE") {
			c.run("+-", 1, 1)
			c.run(digits, 1, any)
		}
		return c.done()
	}
	c.run(digits, 1, 1)
	c.run(loose, 0, any)
	point := c.one(".")
	if point {
		c.run(loose, 0, any)
	}
	exponent := c.one("eE")
	if exponent {
		c.one("+-")
		c.run(digits, 1, any)
	}
	return c.done() && (point || exponent)
}

func isTimestamp(s string) bool {
	c := &scan{s, true}
	c.run(digits, 4, 4)
	c.ok = c.ok && c.one("-")
	month := c.run(digits, 1, 2)
	c.ok = c.ok && c.one("-")
	day := c.run(digits, 1, 2)
	if c.done() {
		return month == 2 && day == 2
	}
	if !c.one("Tt") {
		c.run(" \t", 1, any)
	}
	c.run(digits, 1, 2)
	c.ok = c.ok && c.one(":")
	c.run(digits, 2, 2)
	c.ok = c.ok && c.one(":")
	c.run(digits, 2, 2)
	if c.one(".") {
		c.run(digits, 0, any)
	}
	if c.done() {
		return true
	}
	c.run(" \t", 0, any)
	if c.one("Z") {
		return c.done()
	}
	c.run("+-", 1, 1)
	c.run(digits, 1, 2)
	if c.one(":") {
		c.run(digits, 2, 2)
	}
	return c.done()
}
