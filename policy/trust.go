package policy

import (
	"slices"
	"strings"
)

// sessionActions are what a trust policy is about, in lower case.
//
// Source: Service Authorization Reference, "AWS Security Token Service".
var sessionActions = []string{
	"sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:setcontext",
	"sts:setsourceidentity", "sts:tagsession",
}

// checkTrust checks a statement of a trust policy for what makes it trust strangers.
func (st *statement) checkTrust() error {
	if st.notAction && st.effect == Allow {
		return malformed("NotAction", "an Allow of a trust policy names its actions in Action")
	}
	for i := range st.actions {
		if !st.actions[i].matchesAny(sessionActions) {
			return malformed("Action", "a trust policy is about the actions that begin a session, as sts:AssumeRole and sts:AssumeRoleWithWebIdentity")
		}
	}
	if st.effect != Allow {
		return nil
	}
	for i := range st.parties {
		if a := &st.parties[i]; a.kind == identityProvider {
			if err := st.checkProvider(a.name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *pattern) matchesAny(texts []string) bool {
	for _, text := range texts {
		if p.matches(text) {
			return true
		}
	}
	return false
}

// checkProvider: a provider vouches for everybody who has an account there. For whom a token is made
// (aud) and who holds it (sub) has to be said, by conditions that do not hold when they are missing.
func (st *statement) checkProvider(arn string) error {
	host, _ := providerHost(arn)
	if key := host + ":aud"; !st.pins(key, exact) {
		return malformed("Condition", "the identity provider %s makes tokens for others too; say with StringEquals of %s for whom yours are made", show(arn), show(key))
	}
	if key := host + ":sub"; !st.pins(key, narrow) {
		return malformed("Condition", "the identity provider %s vouches for everybody who has an account there; say with StringEquals or StringLike "+
			"of %s who is meant: a wildcard may follow what is more than a kind (\"repo:acme/*\", not \"repo:*\")", show(arn), show(key))
	}
	return nil
}

// pins reports whether a condition holds only for values of the key that are all of a form.
func (st *statement) pins(key string, form func(pattern) bool) bool {
	for i := range st.conditions {
		c := &st.conditions[i]
		text := c.family == textFamily || c.family == foldFamily || c.family == likeFamily
		if c.key != key || !text || c.negated || c.ifExists || c.set == forAll {
			continue
		}
		if !slices.ContainsFunc(c.templates, func(t template) bool {
			return t.parts != nil || !form(t.whole) // a variable can be whatever the token says
		}) {
			return true
		}
	}
	return false
}

func exact(p pattern) bool { return p.literal }

// narrow: exact, or with a text before the first wildcard that is more than a kind, as "repo:" is.
func narrow(p pattern) bool {
	if p.literal {
		return true
	}
	before := p.text
	for _, wildcard := range []byte{anyText, anyOne} {
		if i := strings.IndexByte(before, wildcard); i >= 0 {
			before = before[:i]
		}
	}
	_, name, _ := strings.Cut(before, ":")
	return strings.Trim(name, ":/") != ""
}
