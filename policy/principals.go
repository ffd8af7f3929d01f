package policy

import (
	"maps"
	"slices"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/policy/party"
	"github.com/octroi/octroi/policy/pattern"
)

// readPrincipals reads Principal or NotPrincipal.
//
// Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
func (st *statement) readPrincipals(elements map[string]strictjson.Value, l language) error {
	_, plain := elements["Principal"]
	_, negated := elements["NotPrincipal"]
	element := "Principal"
	if negated {
		element = "NotPrincipal"
	}
	switch {
	case l.grammar == identityGrammar && (plain || negated):
		return malformed(element, "an identity policy applies to whom it is attached to, and names no principal")
	case l.grammar == identityGrammar:
		return nil
	case plain && negated:
		return malformed("Principal", "it stands beside NotPrincipal; a statement has one of them")
	case negated && st.effect == Allow:
		return malformed("NotPrincipal", "an Allow for everybody but a few is an Allow for strangers; name whom it is for in Principal")
	}
	st.notPrincipal = negated
	return st.readParties(element, elements[element])
}

func (st *statement) readParties(element string, v strictjson.Value) error {
	switch {
	case v.Kind() == strictjson.None:
		return malformed(element, "it is missing")
	case v.Kind() == strictjson.String && v.Text() == "*":
		return st.addParty(element, "AWS", "*")
	case v.Kind() == strictjson.String:
		return malformed(element, "%s is neither \"*\" nor an object, as {\"AWS\": \"123456789012\"}", pattern.Show(v.Text()))
	}
	kinds, err := elementsOf(v, "AWS", "Federated", "Service")
	if err != nil {
		err.(*MalformedError).Element = element
		return err
	}
	if len(kinds) == 0 {
		return malformed(element, "it names nobody")
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		texts, err := textsOf(element, kinds[kind])
		if err != nil {
			return err
		}
		for _, text := range texts {
			if err := st.addParty(element, kind, text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (st *statement) addParty(element, kind, text string) error {
	a, ok := party.Parse(kind, text)
	if !ok {
		return malformed(element, "%s is no principal of the kind %s", pattern.Show(text), kind)
	}
	if a.IsEverybody() && st.notPrincipal {
		return malformed(element, "everybody but everybody is nobody")
	}
	st.parties = append(st.parties, a)
	return nil
}

// reach is how the statement names the caller. An identity policy names whom it is attached to.
func (st *statement) reach(s *subject) party.Reach {
	if st.parties == nil {
		return party.Direct
	}
	p := &s.request.Principal
	if st.notPrincipal {
		return party.Others(st.parties, p, s.bounds)
	}
	return party.Among(st.parties, p)
}
