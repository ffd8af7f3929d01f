package policy

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// meets asks whether a value meets any of the document's values.
func (c *condition) meets(value string, s *subject) truth {
	switch c.family {
	case textFamily, likeFamily:
		return c.meetsTemplate(value, s)
	case foldFamily:
		return c.meetsFolded(value, s)
	case arnFamily:
		return c.meetsARN(value, s)
	case boolFamily:
		return c.meetsBool(value, s)
	case binaryFamily:
		if !isBase64(value) {
			return unknown
		}
		return c.meetsTemplate(value, s)
	case numberFamily:
		return c.meetsNumber(value)
	case dateFamily:
		return c.meetsDate(value)
	case networkFamily:
		return c.meetsNetwork(value)
	}
	return unknown
}

func (c *condition) meetsTemplate(value string, s *subject) truth {
	t := no
	for i := 0; i < len(c.templates) && t != yes; i++ {
		t = max(t, c.templates[i].matches(value, s))
	}
	return t
}

// meetsBool: a variable must come to "true" or "false", as the value must.
func (c *condition) meetsBool(value string, s *subject) truth {
	if value != "true" && value != "false" {
		return unknown
	}
	t := no
	for i := range c.templates {
		switch {
		case c.templates[i].matches(value, s) == yes:
			return yes
		case c.templates[i].parts != nil && c.templates[i].matches(opposite(value), s) != yes:
			t = unknown
		}
	}
	return t
}

func opposite(value string) string {
	if value == "true" {
		return "false"
	}
	return "true"
}

func (c *condition) meetsFolded(value string, s *subject) truth {
	t := no
	for i := 0; i < len(c.templates) && t != yes; i++ {
		t = max(t, c.templates[i].matchesFolded(value, s))
	}
	return t
}

func (t *template) matchesFolded(value string, s *subject) truth {
	if t.parts == nil {
		return fold(t.whole.text, value)
	}
	var space [256]byte
	expanded, complete := t.expand(space[:0], s)
	if !complete {
		return unknown
	}
	return fold(string(expanded), value)
}

// fold compares without regard to case. Documents are written in Latin-1, where no two folding rules
// disagree. Beyond it they do (is the Kelvin sign a k?), and two texts that only some of them equate are
// unknown.
func fold(a, b string) truth {
	if !strings.EqualFold(a, b) {
		return no
	}
	for a != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y && (x > 0xFF || y > 0xFF) {
			return unknown
		}
		a, b = a[n:], b[m:]
	}
	return yes
}

// meetsARN compares part by part. A value that is no ARN has no parts.
func (c *condition) meetsARN(value string, s *subject) truth {
	var head [arnParts - 1]string
	rest := value
	for i := range head {
		colon := strings.IndexByte(rest, ':')
		if colon < 0 {
			return unknown
		}
		head[i], rest = rest[:colon], rest[colon+1:]
	}
	if head[0] != "arn" {
		return unknown
	}
	t := no
	for i := 0; i < len(c.arns) && t != yes; i++ {
		t = max(t, c.arns[i].matches(&head, rest, s))
	}
	return t
}

func (a *arnPattern) matches(head *[arnParts - 1]string, rest string, s *subject) truth {
	for i := range head {
		if !a.head[i].matches(head[i]) {
			return no
		}
	}
	return a.tail.matches(rest, s)
}

func (c *condition) meetsNumber(value string) truth {
	n, ok := parseNumber(value)
	if !ok {
		return unknown
	}
	for _, m := range c.numbers {
		switch {
		case n < m && c.relation.below(), n == m && c.relation.at(), n > m && c.relation.above():
			return yes
		}
	}
	return no
}

func (c *condition) meetsDate(value string) truth {
	d, ok := parseDate(value)
	if !ok {
		return unknown
	}
	for _, e := range c.dates {
		switch order := d.Compare(e); {
		case order < 0 && c.relation.below(), order == 0 && c.relation.at(), order > 0 && c.relation.above():
			return yes
		}
	}
	return no
}

func (r relation) below() bool { return r == less || r == lessOrEqual }
func (r relation) at() bool    { return r == equal || r == lessOrEqual || r == greaterOrEqual }
func (r relation) above() bool { return r == greater || r == greaterOrEqual }

// meetsNetwork: an IPv4 address in the form of an IPv6 address is one that nobody made ready for
// comparing (SetSourceIP does), and a zone is no part of an address.
func (c *condition) meetsNetwork(value string) truth {
	a, err := netip.ParseAddr(value)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		return unknown
	}
	for _, n := range c.networks {
		if n.Contains(a) {
			return yes
		}
	}
	return no
}
