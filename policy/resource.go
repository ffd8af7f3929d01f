package policy

import (
	"strings"

	"github.com/octroi/octroi/policy/pattern"
)

// resource is a compiled pattern for resources. The zero resource matches nothing.
type resource struct {
	everything bool              // "*": also a request without a resource
	head       []pattern.Pattern // of the first parts of the ARN, one each
	tail       pattern.Template  // of all that follows them, colons and all
}

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
			return resource{}, malformed(element, "the policy variable in %s needs \"Version\": \"2012-10-17\"", pattern.Show(text))
		}
		if strings.Count(text[:v], ":") < pattern.ARNParts-1 {
			return resource{}, malformed(element, "the policy variable in %s stands before the fifth colon; it may only follow it", pattern.Show(text))
		}
	}
	part := strings.SplitN(text, ":", pattern.ARNParts)
	if part[0] != "arn" || len(part) < pattern.ARNParts && !strings.HasSuffix(text, "*") {
		return resource{}, malformed(element, "%s is not an ARN: want arn:partition:service:region:account:resource, or \"*\"", pattern.Show(text))
	}
	last := len(part) - 1
	for i, p := range part {
		if p == "" && i != 3 && i != 4 {
			return resource{}, malformed(element, "%s has no %s, and matches nothing", pattern.Show(text), partNames[i])
		}
	}
	r := resource{head: make([]pattern.Pattern, last)}
	for i := range last {
		r.head[i] = pattern.Compile(part[i])
	}
	var err error
	if r.tail, err = pattern.CompileTemplate(part[last], pattern.Compile, l.use()); err != nil {
		return resource{}, malformed(element, "%v", err)
	}
	return r, nil
}

var partNames = [pattern.ARNParts]string{"arn", "partition", "service", "region", "account", "resource"}

// matches compares part by part, so that no star reaches over a colon. Only what follows the head is one
// text: a resource may hold colons of its own, and a pattern that ends early ends with a star.
func (r *resource) matches(s *subject) pattern.Truth {
	if r.everything || s.resource == "" {
		return pattern.Of(r.everything)
	}
	for i := range r.head {
		if !r.head[i].Matches(s.resource[s.part[i] : s.part[i+1]-1]) {
			return pattern.No
		}
	}
	return r.tail.Matches(s.resource[s.part[len(r.head)]:], s.value)
}
