package condition

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/octroi/octroi/policy/pattern"
)

type (
	date    = time.Time
	network = netip.Prefix
)

// add compiles one value of the document.
func (c *Condition) add(name, text string, use pattern.Use) error {
	wrong := func(want string) error {
		return fmt.Errorf("%s: %s is not %s", name, pattern.Show(text), want)
	}
	switch c.family {
	case textFamily, foldFamily:
		return c.addTemplate(name, text, pattern.Literal, use)
	case likeFamily:
		return c.addTemplate(name, text, pattern.Compile, use)
	case arnFamily:
		return c.addARN(name, text, use)
	case numberFamily:
		n, ok := parseNumber(text)
		if c.numbers = append(c.numbers, n); !ok {
			return wrong("a decimal number of at most 15 digits")
		}
	case dateFamily:
		d, ok := parseDate(text)
		if c.dates = append(c.dates, d); !ok {
			return wrong("a date: want 2006-01-02, 2006-01-02T15:04:05Z or the seconds since 1970")
		}
	case boolFamily:
		if text != "true" && text != "false" && !strings.Contains(text, "${") {
			return wrong(`"true" or "false"`)
		}
		return c.addTemplate(name, text, pattern.Literal, use)
	case binaryFamily:
		if !isBase64(text) {
			return wrong("base64")
		}
		return c.addTemplate(name, text, pattern.Literal, use)
	case networkFamily:
		n, ok := parseNetwork(text)
		if c.networks = append(c.networks, n); !ok {
			return wrong("an address or a network: want 192.0.2.0/24 or 2001:db8::/32, IPv4 as such and without a zone")
		}
	case nullFamily:
		if c.missing = text == "true"; !c.missing && text != "false" {
			return wrong(`"true" or "false"`)
		}
	}
	return nil
}

func (c *Condition) addTemplate(name, text string, compile pattern.Compiler, use pattern.Use) error {
	t, err := pattern.CompileTemplate(text, compile, use)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	c.templates = append(c.templates, t)
	return nil
}

// addARN compiles an ARN with wildcards. Its parts are compared one by one, so that no wildcard reaches
// over a colon; and a variable may only follow the fifth, as in Resource.
func (c *Condition) addARN(name, text string, use pattern.Use) error {
	if v := strings.Index(text, "${"); v >= 0 && strings.Count(text[:v], ":") < pattern.ARNParts-1 {
		return fmt.Errorf("%s: the policy variable in %s stands before the fifth colon; it may only follow it", name, pattern.Show(text))
	}
	parts := strings.SplitN(text, ":", pattern.ARNParts)
	if len(parts) != pattern.ARNParts || parts[0] != "arn" {
		return fmt.Errorf("%s: %s is not an ARN: want arn:partition:service:region:account:resource", name, pattern.Show(text))
	}
	var a arnPattern
	for i := range a.head {
		a.head[i] = pattern.Compile(parts[i])
	}
	t, err := pattern.CompileTemplate(parts[pattern.ARNParts-1], pattern.Compile, use)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.tail = t
	c.arns = append(c.arns, a)
	return nil
}

// parseNumber reads a decimal number: no exponent, no hexadecimal, no names of what is not a number.
// With 15 digits at most, two texts are the same float64 only if they are the same number.
func parseNumber(text string) (float64, bool) {
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, found := strings.Cut(digits, ".")
	if !isDigits(whole) || found && !isDigits(fraction) || len(whole)+len(fraction) > 15 || len(whole) > 1 && whole[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// parseDate reads a day, a time with its zone, or the seconds since 1970 (of nine to eleven digits:
// fewer could be a day, more are milliseconds).
//
// Source: IAM User Guide, "Date condition operators": W3C's profile of ISO 8601, or UNIX time.
func parseDate(text string) (time.Time, bool) {
	if isDigits(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(seconds, 0), err == nil && len(text) >= 9 && len(text) <= 11 && text[0] != '0'
	}
	layout := dateLayout(text)
	if layout == "" {
		return time.Time{}, false
	}
	t, err := time.Parse(layout, text)
	return t, err == nil
}

// dateLayout is the layout of text if its digits stand where they must. (time.Parse takes one digit for
// two, and a comma for a point.)
func dateLayout(text string) string {
	const day, minute, second = "2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"
	zone := strings.IndexAny(text, "Z+")
	if zone < 0 && len(text) > len(minute) {
		zone = len(minute) + strings.IndexByte(text[len(minute):], '-')
	}
	head, tail := text, ""
	if zone >= len(minute) {
		head, tail = text[:zone], text[zone:]
	}
	head, fraction, found := strings.Cut(head, ".")
	switch {
	case found && (len(head) != len(second) || !isDigits(fraction) || len(fraction) > 9):
		return ""
	case tail == "" && sameShape(head, day):
		return day
	case tail != "Z" && !sameShape(tail, "+00:00") && !sameShape(tail, "-00:00"):
		return ""
	case sameShape(head, minute):
		return minute + "Z07:00"
	case sameShape(head, second):
		return second + "Z07:00"
	}
	return ""
}

// sameShape reports whether text has digits where model has them, and otherwise the same characters.
func sameShape(text, model string) bool {
	if len(text) != len(model) {
		return false
	}
	for i := range len(text) {
		if isDigits(model[i:i+1]) != isDigits(text[i:i+1]) || !isDigits(text[i:i+1]) && text[i] != model[i] {
			return false
		}
	}
	return true
}

// parseNetwork reads an address or a network. An IPv4 address in the form of an IPv6 address is refused,
// because the addresses of requests are compared as IPv4: it would match none of them.
func parseNetwork(text string) (netip.Prefix, bool) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		return netip.PrefixFrom(a, a.BitLen()), err == nil && a.Zone() == "" && !a.Is4In6()
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err == nil && !p.Addr().Is4In6()
}

// isBase64: with padding, and in the one spelling that its bytes have.
func isBase64(text string) bool {
	_, err := base64.StdEncoding.Strict().DecodeString(text)
	return err == nil && !strings.ContainsAny(text, "\r\n")
}
