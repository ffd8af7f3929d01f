package policy

import (
	"slices"
	"strings"

	"github.com/octroi/octroi/policy/condition"
	"github.com/octroi/octroi/policy/party"
	"github.com/octroi/octroi/policy/pattern"
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
		if !slices.ContainsFunc(sessionActions, st.actions[i].Matches) {
			return malformed("Action", "a trust policy is about the actions that begin a session, as sts:AssumeRole and sts:AssumeRoleWithWebIdentity")
		}
	}
	if st.effect != Allow {
		return nil
	}
	for i := range st.parties {
		if arn, ok := st.parties[i].Provider(); ok {
			if err := st.checkProvider(arn); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkProvider: a provider vouches for everybody who has an account there. For whom a token is made
// (aud) and who holds it (sub) has to be said, by conditions that do not hold when they are missing.
func (st *statement) checkProvider(arn string) error {
	host, _ := party.ProviderHost(arn)
	if key := host + ":aud"; !condition.Pins(st.conditions, key, pattern.Pattern.IsLiteral) {
		return malformed("Condition", "the identity provider %s makes tokens for others too; say with StringEquals of %s for whom yours are made", pattern.Show(arn), pattern.Show(key))
	}
	if key := host + ":sub"; !condition.Pins(st.conditions, key, narrow) {
		return malformed("Condition", "the identity provider %s vouches for everybody who has an account there; say with StringEquals or StringLike "+
			"of %s who is meant: a wildcard may follow what is more than a kind (\"repo:acme/*\", not \"repo:*\")", pattern.Show(arn), pattern.Show(key))
	}
	return nil
}

// narrow: exact, or with a text before the first wildcard that is more than a kind, as "repo:" is.
func narrow(p pattern.Pattern) bool {
	if p.IsLiteral() {
		return true
	}
	_, name, _ := strings.Cut(p.Before(), ":")
	return strings.Trim(name, ":/") != ""
}
