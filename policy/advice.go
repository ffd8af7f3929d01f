package policy

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/octroi/octroi/policy/party"
)

// Advice says what to change so that a denied request is allowed; it is empty for one that is. It is for those who may read
// policies, since it names them: the caller himself gets the Sentence. A request can lack more than one thing; the advice is
// about the one that decided.
func (d Decision) Advice(req Request) string {
	switch {
	case d.Allowed():
		return ""
	case d.Effect == ExplicitDeny && d.Statement == unreadable:
		return "Repair or remove " + d.PolicyType.String() + " " + d.Policy + ": it cannot be read, and denies everything until it can."
	case d.Effect == ExplicitDeny:
		return "Remove or narrow statement " + d.Statement + " of " + d.PolicyType.String() + " " + d.Policy + ": no Allow outweighs a Deny."
	}
	if s := (subject{request: req}); !s.read() {
		return "Name an action as vendor:name, and a resource as an ARN or \"*\": what is named otherwise nothing allows."
	}
	return d.lacking(req)
}

// lacking is the advice where no statement allows.
func (d Decision) lacking(req Request) string {
	own := "\n" + statementFor(req, "")
	switch d.PolicyType {
	case PermissionsBoundary:
		return "Add to the permissions boundary, which is the most that identity policies can allow:" + own
	case SessionPolicy:
		return "Begin the session without a session policy, or with one that has:" + own
	case ResourcePolicy:
		return "Add to the policy of the resource, which is in another account:\n" + statementFor(req, named(req))
	case TrustPolicy:
		return "Add to the trust policy of the role:\n" + statementFor(req, named(req))
	}
	if !party.IsMember(&req.Principal) {
		return "Use the credentials of a user or role: whoever has none is allowed nothing."
	}
	return "Add to a policy of the user, of its groups or of the role:" + own
}

// named is how a policy of a resource or role names the caller: of a session, by its role.
func named(req Request) string {
	s := subject{request: req}
	return s.principalARN()
}

// statementFor is the statement that allows the request and nothing else. A trust policy has no Resource.
func statementFor(req Request, principal string) string {
	st := struct {
		Effect    string
		Principal map[string]string `json:",omitempty"`
		Action    string
		Resource  string `json:",omitempty"`
	}{Effect: "Allow", Action: req.Action, Resource: literalResource(req.Resource)}
	if principal != "" {
		st.Principal, st.Resource = map[string]string{"AWS": principal}, ""
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(st) // into memory, of texts: it does not fail
	return strings.TrimSpace(b.String())
}

// literalResource is a resource as a pattern that matches it alone.
func literalResource(resource string) string {
	if resource == "" || resource == "*" {
		return "*"
	}
	return strings.NewReplacer("*", "${*}", "?", "${?}", "${", "${$}{").Replace(resource)
}
