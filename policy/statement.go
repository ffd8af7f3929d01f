package policy

import (
	"strconv"

	"github.com/octroi/octroi/internal/strictjson"
)

// statement is a compiled statement.
type statement struct {
	sid         string
	label       string // the Sid, or "#2": a Sid holds no '#'
	effect      Effect
	actions     []pattern
	notAction   bool
	resources   []resource
	notResource bool
	// Conditions join here: compiled in read, asked last in applies.
}

// read compiles the statement that stands at the given number, counted from 1.
func (st *statement) read(v strictjson.Value, version Version, number int) error {
	elements, err := elementsOf(v, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
		"Resource", "NotResource", "Condition")
	if err != nil {
		return err
	}
	if err := st.readSid(elements, number); err != nil {
		return err
	}
	for _, name := range []string{"Principal", "NotPrincipal"} {
		if _, ok := elements[name]; ok {
			return malformed(name, "an identity policy applies to whom it is attached to, and names no principal")
		}
	}
	if _, ok := elements["Condition"]; ok {
		// Without its condition the statement would say something else: more, if it allows.
		return malformed("Condition", "conditions are not supported yet")
	}
	if err := st.readEffect(elements["Effect"]); err != nil {
		return err
	}
	if err := st.readActions(elements); err != nil {
		return err
	}
	return st.readResources(elements, version)
}

func (st *statement) readSid(elements map[string]strictjson.Value, number int) error {
	st.label = "#" + strconv.Itoa(number)
	v, ok := elements["Sid"]
	if !ok {
		return nil
	}
	sid, err := textOf("Sid", v)
	if err != nil {
		return err
	}
	for _, c := range []byte(sid) {
		if !isAlphanumeric(c) {
			return malformed("Sid", "%s holds a character that is no letter or digit", show(sid))
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
		return malformed("Effect", "%s is neither \"Allow\" nor \"Deny\"", show(text))
	}
	return nil
}

func (st *statement) readActions(elements map[string]strictjson.Value) error {
	element, texts, err := either(elements, "Action")
	if err != nil {
		return err
	}
	st.notAction = element == "NotAction"
	st.actions = make([]pattern, len(texts))
	for i, text := range texts {
		if st.actions[i], err = compileAction(element, text); err != nil {
			return err
		}
	}
	return nil
}

func (st *statement) readResources(elements map[string]strictjson.Value, version Version) error {
	element, texts, err := either(elements, "Resource")
	if err != nil {
		return err
	}
	st.notResource = element == "NotResource"
	// A variable without a value must not make the statement grant more. In Resource of an Allow and
	// NotResource of a Deny, its pattern then matches nothing; in the other two it matches whatever
	// some value would make it match.
	missing := ""
	if (st.effect == ExplicitDeny) != st.notResource {
		missing = string([]byte{anyText})
	}
	st.resources = make([]resource, len(texts))
	for i, text := range texts {
		if st.resources[i], err = compileResource(element, text, missing, version); err != nil {
			return err
		}
	}
	return nil
}

// applies reports whether the statement is about the request.
func (st *statement) applies(s *subject) bool {
	return st.hasAction(s) != st.notAction && st.hasResource(s) != st.notResource
}

func (st *statement) hasAction(s *subject) bool {
	for i := range st.actions {
		if st.actions[i].matchesBytes(s.action[:s.length]) {
			return true
		}
	}
	return false
}

func (st *statement) hasResource(s *subject) bool {
	for i := range st.resources {
		if st.resources[i].matches(s) {
			return true
		}
	}
	return false
}
