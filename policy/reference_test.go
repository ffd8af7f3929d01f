package policy_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/octroi/octroi/policy"
)

// The reference is a second evaluator, as plain and slow as the text of the user guide: it interprets the
// document each time, splits ARNs into lists and matches by recursion over characters. It knows only
// sound documents.

type referenceStatement struct {
	Sid, Effect           string
	Action, NotAction     texts
	Resource, NotResource texts
}

type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

func reference(documents []string, req policy.Request) policy.Effect {
	allowed := false
	for _, text := range documents {
		var d struct{ Statement []referenceStatement }
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			panic(err)
		}
		for _, st := range d.Statement {
			if !st.applies(req) {
				continue
			}
			if st.Effect == "Deny" {
				return policy.ExplicitDeny
			}
			allowed = true
		}
	}
	if allowed {
		return policy.Allow
	}
	return policy.ImplicitDeny
}

func (st referenceStatement) applies(req policy.Request) bool {
	action := func(p string) bool { return naive([]rune(strings.ToLower(p)), []rune(strings.ToLower(req.Action))) }
	resource := func(p string) bool { return referenceResource(p, req, st.lost()) }
	if st.Effect == "Allow" && req.Resource != "" && req.Resource != "*" && slices.ContainsFunc(st.NotResource, func(p string) bool { return lacks(p, req) }) {
		return false
	}
	return within(st.Action, st.NotAction, action) && within(st.Resource, st.NotResource, resource)
}

// lost is what stands for a variable without a value: nothing that matches, or anything.
func (st referenceStatement) lost() string {
	if (st.Effect == "Deny") == (st.NotResource == nil) {
		return "*"
	}
	return ""
}

// lacks reports a variable without a value, in a pattern that is about the request so far.
func lacks(pattern string, req policy.Request) bool {
	p, r := strings.SplitN(pattern, ":", 6), strings.SplitN(req.Resource, ":", 6)
	for i := range 5 {
		if len(p) < 6 || !naive([]rune(p[i]), []rune(r[i])) {
			return false
		}
	}
	return strings.Contains(pattern, "${a:b}") || req.Principal.Name == "" && strings.Contains(pattern, "${aws:username}")
}

func within(list, negated texts, match func(string) bool) bool {
	for _, p := range append(list, negated...) {
		if match(p) {
			return negated == nil
		}
	}
	return negated != nil
}

func referenceResource(pattern string, req policy.Request, lost string) bool {
	if pattern == "*" {
		return true
	}
	if req.Resource == "*" || req.Resource == "" {
		return false
	}
	p, r := strings.SplitN(pattern, ":", 6), strings.SplitN(req.Resource, ":", 6)
	for i := range p {
		if i == len(p)-1 && strings.HasSuffix(p[i], "*") {
			r[i] = strings.Join(r[i:], ":")
		}
		rest, ok := substitute(p[i], req, lost)
		if !ok || !naive(rest, []rune(r[i])) {
			return false
		}
	}
	return len(p) == 6 || strings.HasSuffix(pattern, "*")
}

// substitute replaces the variables that the generator makes; a literal star is a private character.
func substitute(pattern string, req policy.Request, lost string) ([]rune, bool) {
	if req.Principal.Name == "" {
		pattern = strings.ReplaceAll(pattern, "${aws:username}", "${a:b}")
	}
	pattern = strings.ReplaceAll(pattern, "${aws:username}", literal(req.Principal.Name))
	pattern = strings.ReplaceAll(pattern, "${*}", literal("*"))
	pattern = strings.ReplaceAll(pattern, "${a:b, 'x'}", "x")
	if strings.Contains(pattern, "${a:b}") && lost == "" {
		return nil, false
	}
	return []rune(strings.ReplaceAll(pattern, "${a:b}", lost)), true
}

const literalStar, literalOne = '\uE000', '\uE001'

func literal(text string) string {
	return strings.NewReplacer("*", string(literalStar), "?", string(literalOne)).Replace(text)
}

func naive(pattern, text []rune) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	switch p := pattern[0]; {
	case p == '*':
		return naive(pattern[1:], text) || len(text) > 0 && naive(pattern, text[1:])
	case len(text) == 0:
		return false
	case p == '?', p == text[0], p == literalStar && text[0] == '*', p == literalOne && text[0] == '?':
		return naive(pattern[1:], text[1:])
	}
	return false
}
