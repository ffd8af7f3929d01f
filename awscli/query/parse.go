package query

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/octroi/octroi/internal/pyvalue"
)

// node is one step of a query. Which fields count depends on the kind.
type node struct {
	kind  string
	name  string // field, function, key, comparator
	value any    // literal
	index int    // index
	slice [3]*int
	kids  []*node
}

var identity = &node{kind: "identity"}

// power is how strongly a token binds what stands before it.
func power(kind string) int {
	switch kind {
	case "pipe":
		return 1
	case "or":
		return 2
	case "and":
		return 3
	case "eq", "gt", "lt", "gte", "lte", "ne":
		return 5
	case "flatten":
		return 9
	case "star":
		return 20
	case "filter":
		return 21
	case "dot":
		return 40
	case "not":
		return 45
	case "lbrace":
		return 50
	case "lbracket":
		return 55
	case "lparen":
		return 60
	}
	return 0
}

// projectionStop: what binds less ends the right side of a projection.
const projectionStop = 10

// parser is a parser by binding power. Errors are kept in err and end everything: the first one counts.
type parser struct {
	text   []rune
	tokens []token
	at     int
}

// stopped carries a parse error up through the recursion; parse catches it. The grammar calls itself in thirty
// places, and a check after each would hide it.
type stopped struct{ err error }

func (p *parser) parse() (root *node, err error) {
	defer func() {
		if r := recover(); r != nil {
			s, ok := r.(stopped)
			if !ok {
				panic(r)
			}
			err = s.err
		}
	}()
	root = p.expression(0)
	if t := p.token(); t.kind != "eof" {
		p.fail(t, "Unexpected token: "+t.shown())
	}
	return root, nil
}

func (p *parser) fail(t token, reason string) {
	panic(stopped{parseError(p.text, t.start, t, reason)})
}

func (p *parser) token() token { return p.tokens[p.at] }
func (p *parser) kind() string { return p.tokens[p.at].kind }

// after is the kind of the token after this one.
func (p *parser) after() string {
	if p.at+1 < len(p.tokens) {
		return p.tokens[p.at+1].kind
	}
	return "eof"
}

func (p *parser) advance() token {
	t := p.tokens[p.at]
	if p.at+1 < len(p.tokens) {
		p.at++
	}
	return t
}

func (p *parser) match(kind string) {
	if p.kind() != kind {
		p.unexpected(kind)
	}
	p.advance()
}

func (p *parser) unexpected(expected string) {
	t := p.token()
	if t.kind == "eof" {
		panic(stopped{incomplete(p.text, t.start)})
	}
	p.fail(t, fmt.Sprintf("Expecting: %s, got: %s", expected, t.kind))
}

func (p *parser) expression(least int) *node {
	left := p.prefix(p.advance())
	for least < power(p.kind()) {
		left = p.infix(left)
	}
	return left
}

// prefix is what a token means at the beginning of an expression.
func (p *parser) prefix(t token) *node {
	switch t.kind {
	case "literal":
		return &node{kind: "literal", value: t.value}
	case "unquoted_identifier":
		return &node{kind: "field", name: t.text()}
	case "quoted_identifier":
		if p.kind() == "lparen" {
			open := p.token()
			panic(stopped{parseError(p.text, 0, open, "Quoted identifier not allowed for function names.")})
		}
		return &node{kind: "field", name: t.text()}
	case "star":
		right := identity
		if p.kind() != "rbracket" {
			right = p.projected(power("star"))
		}
		return &node{kind: "values", kids: []*node{identity, right}}
	case "filter":
		return p.filter(identity)
	case "lbrace":
		return p.hash()
	case "lparen":
		inner := p.expression(0)
		p.match("rparen")
		return inner
	case "flatten":
		return p.flatten(identity)
	case "not":
		return &node{kind: "not", kids: []*node{p.expression(power("not"))}}
	case "lbracket":
		return p.bracketPrefix()
	case "current":
		return identity
	case "expref":
		return &node{kind: "expref", kids: []*node{p.expression(0)}}
	case "eof":
		panic(stopped{incomplete(p.text, t.start)})
	}
	p.fail(t, "invalid token")
	return nil
}

func (p *parser) bracketPrefix() *node {
	switch {
	case p.kind() == "number" || p.kind() == "colon":
		return p.projectSlice(identity, p.indexOrSlice())
	case p.kind() == "star" && p.after() == "rbracket":
		p.advance()
		p.advance()
		return &node{kind: "projection", kids: []*node{identity, p.projected(power("star"))}}
	}
	return p.list()
}

// infix is what a token means after an expression.
func (p *parser) infix(left *node) *node {
	t := p.token()
	switch t.kind {
	case "dot":
		p.advance()
		return p.dot(left)
	case "pipe", "or", "and":
		p.advance()
		return &node{kind: t.kind, kids: []*node{left, p.expression(power(t.kind))}}
	case "eq", "ne", "lt", "lte", "gt", "gte":
		p.advance()
		return &node{kind: "comparator", name: t.text(), kids: []*node{left, p.expression(power(t.kind))}}
	case "lparen":
		p.advance()
		return p.call(left)
	case "filter":
		p.advance()
		return p.filter(left)
	case "flatten":
		p.advance()
		return p.flatten(left)
	case "lbracket":
		p.advance()
		return p.bracketInfix(left)
	}
	p.fail(t, "invalid token")
	return nil
}

func (p *parser) dot(left *node) *node {
	if p.kind() == "star" {
		p.advance()
		return &node{kind: "values", kids: []*node{left, p.projected(power("dot"))}}
	}
	return &node{kind: "chain", kids: []*node{left, p.afterDot(power("dot"))}}
}

func (p *parser) call(left *node) *node {
	if left.kind != "field" {
		before := p.tokens[p.at-2]
		p.fail(before, fmt.Sprintf("Invalid function name '%s'", before.shown()))
	}
	n := &node{kind: "function", name: left.name}
	for p.kind() != "rparen" {
		argument := p.expression(0)
		if p.kind() == "comma" {
			p.advance()
		}
		n.kids = append(n.kids, argument)
	}
	p.advance()
	return n
}

func (p *parser) filter(left *node) *node {
	condition := p.expression(0)
	p.match("rbracket")
	right := identity
	if p.kind() != "flatten" {
		right = p.projected(power("filter"))
	}
	return &node{kind: "filter", kids: []*node{left, right, condition}}
}

func (p *parser) flatten(left *node) *node {
	left = &node{kind: "flatten", kids: []*node{left}}
	return &node{kind: "projection", kids: []*node{left, p.projected(power("flatten"))}}
}

func (p *parser) bracketInfix(left *node) *node {
	if p.kind() != "number" && p.kind() != "colon" {
		p.match("star")
		p.match("rbracket")
		return &node{kind: "projection", kids: []*node{left, p.projected(power("star"))}}
	}
	right := p.indexOrSlice()
	if left.kind == "indexed" { // as the original: a slice right after an index does not project
		left.kids = append(left.kids, right)
		return left
	}
	return p.projectSlice(left, right)
}

func (p *parser) projectSlice(left, right *node) *node {
	n := &node{kind: "indexed", kids: []*node{left, right}}
	if right.kind == "slice" {
		return &node{kind: "projection", kids: []*node{n, p.projected(power("star"))}}
	}
	return n
}

func (p *parser) indexOrSlice() *node {
	if p.kind() == "colon" || p.after() == "colon" {
		return p.sliceParts()
	}
	n := &node{kind: "index", index: clamp(p.advance().value)}
	p.match("rbracket")
	return n
}

func (p *parser) sliceParts() *node {
	n := &node{kind: "slice"}
	part := 0
	for p.kind() != "rbracket" {
		t := p.token()
		switch {
		case t.kind == "colon" && part < 2:
			part++
		case t.kind == "number":
			i := clamp(t.value)
			n.slice[part] = &i
		default:
			p.fail(t, "syntax error")
		}
		p.advance()
	}
	p.advance()
	return n
}

// clamp makes a number an index. What is too large for one is beyond the end of any list all the same.
func clamp(v any) int {
	n, ok := v.(*big.Int)
	if !ok {
		return 0
	}
	const limit = 1 << 60
	switch {
	case n.Cmp(big.NewInt(limit)) > 0:
		return limit
	case n.Cmp(big.NewInt(-limit)) < 0:
		return -limit
	}
	return int(n.Int64())
}

func (p *parser) list() *node {
	n := &node{kind: "list"}
	for {
		n.kids = append(n.kids, p.expression(0))
		if p.kind() == "rbracket" {
			p.advance()
			return n
		}
		p.match("comma")
	}
}

// hash reads {key: value, ...}. The comma may be left out, as in the original.
func (p *parser) hash() *node {
	n := &node{kind: "hash"}
	for {
		key := p.token()
		if key.kind != "quoted_identifier" && key.kind != "unquoted_identifier" {
			p.unexpected(names("quoted_identifier", "unquoted_identifier"))
		}
		p.advance()
		p.match("colon")
		n.kids = append(n.kids, &node{kind: "pair", name: key.text(), kids: []*node{p.expression(0)}})
		switch p.kind() {
		case "comma":
			p.advance()
		case "rbrace":
			p.advance()
			return n
		}
	}
}

// projected is what applies to each element of a projection.
func (p *parser) projected(least int) *node {
	switch {
	case power(p.kind()) < projectionStop:
		return identity
	case p.kind() == "lbracket" || p.kind() == "filter":
		return p.expression(least)
	case p.kind() == "dot":
		p.advance()
		return p.afterDot(least)
	}
	p.fail(p.token(), "syntax error")
	return nil
}

func (p *parser) afterDot(least int) *node {
	switch p.kind() {
	case "quoted_identifier", "unquoted_identifier", "star":
		return p.expression(least)
	case "lbracket":
		p.advance()
		return p.list()
	case "lbrace":
		p.advance()
		return p.hash()
	}
	allowed := names("quoted_identifier", "unquoted_identifier", "lbracket", "lbrace")
	p.fail(p.token(), fmt.Sprintf("Expecting: %s, got: %s", allowed, p.kind()))
	return nil
}

func names(list ...string) string {
	for i, n := range list {
		list[i] = pyvalue.Quote(n)
	}
	return "[" + strings.Join(list, ", ") + "]"
}
