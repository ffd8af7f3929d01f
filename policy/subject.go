package policy

import (
	"strings"

	"github.com/octroi/octroi/policy/party"
	"github.com/octroi/octroi/policy/pattern"
)

// subject is a request made ready for matching: what every statement needs, found once. It holds the
// request, not a pointer to it, so that both stay on the stack of Evaluate.
type subject struct {
	request  Request
	action   [maxAction]byte // in lower case
	length   int
	resource string
	part     [pattern.ARNParts]int // where the parts of the ARN begin; unused without a resource
	arn      string                // see principalARN
	bounds   party.Bounds
}

const (
	maxAction   = 128
	maxResource = 2048 // also bounds the time that a pattern can take
)

// read reports whether the request names an action and a resource at all.
func (s *subject) read() bool {
	return s.readAction(s.request.Action) && s.readResource(s.request.Resource)
}

func (s *subject) readAction(action string) bool {
	colon := strings.IndexByte(action, ':')
	if len(action) > maxAction || colon <= 0 || colon == len(action)-1 {
		return false
	}
	for i := range len(action) {
		if i != colon && !pattern.IsNameByte(action[i]) {
			return false
		}
		s.action[i] = pattern.LowerByte(action[i])
	}
	s.length = len(action)
	return true
}

func (s *subject) readResource(resource string) bool {
	if resource == "" || resource == "*" {
		return true
	}
	if len(resource) > maxResource {
		return false
	}
	at := 0
	for i := 1; i < len(s.part); i++ {
		colon := strings.IndexByte(resource[at:], ':')
		if colon < 0 {
			return false
		}
		at += colon + 1
		s.part[i] = at
	}
	s.resource = resource
	return strings.HasPrefix(resource, "arn:")
}
