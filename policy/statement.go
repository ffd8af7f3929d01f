package policy

import (
	"strconv"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/policy/condition"
	"github.com/octroi/octroi/policy/party"
	"github.com/octroi/octroi/policy/pattern"
)

// statement is a compiled statement.
type statement struct {
	sid          string
	label        string // the Sid, or "#2": a Sid does not begin with '#'
	effect       Effect
	parties      []party.Party // whom it names; an identity policy names nobody
	notPrincipal bool
	actions      []pattern.Pattern
	notAction    bool
	resources    []resource
	notResource  bool
	conditions   []condition.Condition
}

// read compiles the statement that stands at the given number, counted from 1.
func (st *statement) read(v strictjson.Value, l language, number int) error {
	elements, err := elementsOf(v, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
		"Resource", "NotResource", "Condition")
	if err != nil {
		return err
	}
	if err := st.readSid(elements, l, number); err != nil {
		return err
	}
	if err := st.readEffect(elements["Effect"]); err != nil {
		return err
	}
	l.effect = st.effect
	for _, read := range []func(map[string]strictjson.Value, language) error{
		st.readPrincipals, st.readActions, st.readResources, st.readConditions,
	} {
		if err := read(elements, l); err != nil {
			return err
		}
	}
	if l.grammar == trustGrammar {
		return st.checkTrust()
	}
	return nil
}

// readSid: IAM takes letters and digits; policies of resources have spaces in AWS's own examples.
func (st *statement) readSid(elements map[string]strictjson.Value, l language, number int) error {
	st.label = "#" + strconv.Itoa(number)
	v, ok := elements["Sid"]
	if !ok {
		return nil
	}
	sid, err := textOf("Sid", v)
	if err != nil {
		return err
	}
	for i, c := range []byte(sid) {
		if !pattern.IsAlphanumeric(c) && (l.grammar != resourceGrammar || i == 0 && c == '#') {
			return malformed("Sid", "%s holds a character that is no letter or digit", pattern.Show(sid))
		}
	}
	if sid != "" {
		st.sid, st.label = sid, sid
	}
	return nil
}

func (st *statement) readEffect(v strictjson.Value) error {
	if v.Kind() == strictjson.None {
		return malformed("Effect", "it is missing")
	}
	text, err := textOf("Effect", v)
	if err != nil {
		return err
	}
	switch text {
	case "Allow":
		st.effect = Allow
	case "Deny":
		st.effect = ExplicitDeny
	default:
		return malformed("Effect", "%s is neither \"Allow\" nor \"Deny\"", pattern.Show(text))
	}
	return nil
}

func (st *statement) readActions(elements map[string]strictjson.Value, _ language) error {
	element, texts, err := either(elements, "Action")
	if err != nil {
		return err
	}
	st.notAction = element == "NotAction"
	st.actions = make([]pattern.Pattern, len(texts))
	for i, text := range texts {
		if st.actions[i], err = compileAction(element, text); err != nil {
			return err
		}
	}
	return nil
}

// readResources: a trust policy is about the role that it belongs to, as is the policy of a repository
// that names no resource.
func (st *statement) readResources(elements map[string]strictjson.Value, l language) error {
	_, plain := elements["Resource"]
	_, negated := elements["NotResource"]
	switch {
	case l.grammar == trustGrammar && (plain || negated):
		return malformed("Resource", "a trust policy is about the role that it belongs to, and names no resource")
	case l.grammar != identityGrammar && !plain && !negated:
		st.resources = []resource{{everything: true}}
		return nil
	}
	element, texts, err := either(elements, "Resource")
	if err != nil {
		return err
	}
	st.notResource = element == "NotResource"
	st.resources = make([]resource, len(texts))
	for i, text := range texts {
		if st.resources[i], err = compileResource(element, text, l); err != nil {
			return err
		}
	}
	return nil
}

func (st *statement) readConditions(elements map[string]strictjson.Value, l language) error {
	v, ok := elements["Condition"]
	if !ok {
		return nil
	}
	var err error
	if st.conditions, err = condition.Read(v, l.ofConditions()); err != nil {
		return malformed("Condition", "%v", err)
	}
	return nil
}

// applies reports whether the statement is about the request, whoever makes it. What cannot be told
// applies if it denies, and does not if it allows.
func (st *statement) applies(s *subject) bool {
	if st.hasAction(s) == st.notAction {
		return false
	}
	t := st.hasResource(s).NegatedIf(st.notResource)
	for i := 0; i < len(st.conditions) && t != pattern.No; i++ {
		t = min(t, s.meets(&st.conditions[i]))
	}
	return t == pattern.Yes || t == pattern.Unknown && st.effect != Allow
}

func (st *statement) hasAction(s *subject) bool {
	for i := range st.actions {
		if st.actions[i].MatchesBytes(s.action[:s.length]) {
			return true
		}
	}
	return false
}

func (st *statement) hasResource(s *subject) pattern.Truth {
	found := pattern.No
	for i := 0; i < len(st.resources) && found != pattern.Yes; i++ {
		found = max(found, st.resources[i].matches(s))
	}
	return found
}
