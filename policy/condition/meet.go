package condition

import (
	"net/netip"
	"strings"

	"github.com/octroi/octroi/policy/pattern"
)

// meets asks whether a value meets any of the document's values.
func (c *Condition) meets(value string, lookup pattern.Lookup) pattern.Truth {
	switch c.family {
	case textFamily, likeFamily:
		return c.meetsTemplate(value, lookup)
	case foldFamily:
		return c.meetsFolded(value, lookup)
	case arnFamily:
		return c.meetsARN(value, lookup)
	case boolFamily:
		return c.meetsBool(value, lookup)
	case binaryFamily:
		if !isBase64(value) {
			return pattern.Unknown
		}
		return c.meetsTemplate(value, lookup)
	case numberFamily:
		return c.meetsNumber(value)
	case dateFamily:
		return c.meetsDate(value)
	case networkFamily:
		return c.meetsNetwork(value)
	}
	return pattern.Unknown
}

func (c *Condition) meetsTemplate(value string, lookup pattern.Lookup) pattern.Truth {
	t := pattern.No
	for i := 0; i < len(c.templates) && t != pattern.Yes; i++ {
		t = max(t, c.templates[i].Matches(value, lookup))
	}
	return t
}

// meetsBool: a variable must come to "true" or "false", as the value must.
func (c *Condition) meetsBool(value string, lookup pattern.Lookup) pattern.Truth {
	if value != "true" && value != "false" {
		return pattern.Unknown
	}
	t := pattern.No
	for i := range c.templates {
		switch {
		case c.templates[i].Matches(value, lookup) == pattern.Yes:
			return pattern.Yes
		case c.templates[i].Varies() && c.templates[i].Matches(opposite(value), lookup) != pattern.Yes:
			t = pattern.Unknown
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

func (c *Condition) meetsFolded(value string, lookup pattern.Lookup) pattern.Truth {
	t := pattern.No
	for i := 0; i < len(c.templates) && t != pattern.Yes; i++ {
		t = max(t, c.templates[i].MatchesFolded(value, lookup))
	}
	return t
}

// meetsARN compares part by part. A value that is no ARN has no parts.
func (c *Condition) meetsARN(value string, lookup pattern.Lookup) pattern.Truth {
	var head [pattern.ARNParts - 1]string
	rest := value
	for i := range head {
		colon := strings.IndexByte(rest, ':')
		if colon < 0 {
			return pattern.Unknown
		}
		head[i], rest = rest[:colon], rest[colon+1:]
	}
	if head[0] != "arn" {
		return pattern.Unknown
	}
	t := pattern.No
	for i := 0; i < len(c.arns) && t != pattern.Yes; i++ {
		t = max(t, c.arns[i].matches(&head, rest, lookup))
	}
	return t
}

func (a *arnPattern) matches(head *[pattern.ARNParts - 1]string, rest string, lookup pattern.Lookup) pattern.Truth {
	for i := range head {
		if !a.head[i].Matches(head[i]) {
			return pattern.No
		}
	}
	return a.tail.Matches(rest, lookup)
}

func (c *Condition) meetsNumber(value string) pattern.Truth {
	n, ok := parseNumber(value)
	if !ok {
		return pattern.Unknown
	}
	for _, m := range c.numbers {
		switch {
		case n < m && c.relation.below(), n == m && c.relation.at(), n > m && c.relation.above():
			return pattern.Yes
		}
	}
	return pattern.No
}

func (c *Condition) meetsDate(value string) pattern.Truth {
	d, ok := parseDate(value)
	if !ok {
		return pattern.Unknown
	}
	for _, e := range c.dates {
		switch order := d.Compare(e); {
		case order < 0 && c.relation.below(), order == 0 && c.relation.at(), order > 0 && c.relation.above():
			return pattern.Yes
		}
	}
	return pattern.No
}

func (r relation) below() bool { return r == less || r == lessOrEqual }
func (r relation) at() bool    { return r == equal || r == lessOrEqual || r == greaterOrEqual }
func (r relation) above() bool { return r == greater || r == greaterOrEqual }

// meetsNetwork: an IPv4 address in the form of an IPv6 address is one that nobody made ready for
// comparing (SetSourceIP does), and a zone is no part of an address.
func (c *Condition) meetsNetwork(value string) pattern.Truth {
	a, err := netip.ParseAddr(value)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		return pattern.Unknown
	}
	for _, n := range c.networks {
		if n.Contains(a) {
			return pattern.Yes
		}
	}
	return pattern.No
}
