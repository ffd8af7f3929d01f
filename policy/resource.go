package policy

import "strings"

// resource is a compiled pattern for resources. The zero resource matches nothing.
type resource struct {
	everything bool      // "*": also a request without a resource
	head       []pattern // of the first parts of the ARN, one each
	tail       template  // of all that follows them, colons and all
}

const arnParts = 6 // arn:partition:service:region:account:resource

// compileResource reads a pattern of Resource or NotResource.
//
// Source: IAM User Guide, "IAM JSON policy elements: Resource", and "IAM policy elements: Variables and
// tags" for where variables may stand.
func compileResource(element, text string, l language) (resource, error) {
	if text == "*" {
		return resource{everything: true}, nil
	}
	if v := strings.Index(text, "${"); v >= 0 {
		if l.version != Version2012 {
			return resource{}, malformed(element, "the policy variable in %s needs \"Version\": \"2012-10-17\"", show(text))
		}
		if strings.Count(text[:v], ":") < arnParts-1 {
			return resource{}, malformed(element, "the policy variable in %s stands before the fifth colon; it may only follow it", show(text))
		}
	}
	part := strings.SplitN(text, ":", arnParts)
	if part[0] != "arn" || len(part) < arnParts && !strings.HasSuffix(text, "*") {
		return resource{}, malformed(element, "%s is not an ARN: want arn:partition:service:region:account:resource, or \"*\"", show(text))
	}
	last := len(part) - 1
	for i, p := range part {
		if p == "" && i != 3 && i != 4 {
			return resource{}, malformed(element, "%s has no %s, and matches nothing", show(text), partNames[i])
		}
	}
	r := resource{head: make([]pattern, last)}
	for i := range last {
		r.head[i] = compilePattern(part[i])
	}
	var err error
	r.tail, err = compileTemplate(element, part[last], compilePattern, l.effect)
	return r, err
}

var partNames = [arnParts]string{"arn", "partition", "service", "region", "account", "resource"}

// matches compares part by part, so that no star reaches over a colon. Only what follows the head is one
// text: a resource may hold colons of its own, and a pattern that ends early ends with a star.
func (r *resource) matches(s *subject) truth {
	if r.everything || s.resource == "" {
		return truthOf(r.everything)
	}
	for i := range r.head {
		if !r.head[i].matches(s.resource[s.part[i] : s.part[i+1]-1]) {
			return no
		}
	}
	return r.tail.matches(s.resource[s.part[len(r.head)]:], s)
}
