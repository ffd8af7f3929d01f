package policy

import "strconv"

// Effect is what a statement, or all of them together, say.
type Effect uint8

// The zero Effect denies.
const (
	ImplicitDeny Effect = iota // nothing allows it
	ExplicitDeny
	Allow
)

// String names the effect as the policy simulator of IAM does.
func (e Effect) String() string {
	switch e {
	case Allow:
		return "allowed"
	case ExplicitDeny:
		return "explicitDeny"
	}
	return "implicitDeny"
}

// Decision is the answer and its reason. The zero Decision denies.
type Decision struct {
	Effect     Effect
	PolicyType Type   // the type that decided; of an implicit deny, the type that lacks an Allow
	Policy     string // the policy that decided; empty for an implicit deny
	Statement  string // the statement's Sid, or "#2" for the second statement if it has none
}

// Allowed lists the yes: every other effect, known or not, is a no.
func (d Decision) Allowed() bool { return d.Effect == Allow }

// Sentence says the decision on req to a person; a denial in the words of AWS, which people search for.
//
// Source: IAM User Guide, "Troubleshoot access denied error messages".
func (d Decision) Sentence(req Request) string {
	resource := req.Resource
	if resource == "" {
		resource = "*"
	}
	user, action, resource := printable(req.Principal.String()), printable(req.Action), printable(resource)
	if d.Allowed() {
		return "User: " + user + " is authorized to perform: " + action + " on resource: " + resource + d.reason()
	}
	denied := "User: " + user + " is not authorized to perform: " + action + " on resource: " + resource
	if d.Effect == ExplicitDeny {
		return denied + " with an explicit deny in " + d.PolicyType.denying()
	}
	return denied + " because no " + d.PolicyType.String() + " allows the " + action + " action"
}

// reason of an Allow. There is one without a policy: of the account's root, and of what everybody may do.
func (d Decision) reason() string {
	if d.PolicyType == 0 {
		return " without any policy"
	}
	return " by statement " + d.Statement + " of " + article(d.PolicyType) + " " + d.Policy
}

// String names the type as AWS's messages do.
func (t Type) String() string {
	switch t {
	case IdentityPolicy:
		return "identity-based policy"
	case PermissionsBoundary:
		return "permissions boundary"
	case SessionPolicy:
		return "session policy"
	case ResourcePolicy:
		return "resource-based policy"
	case TrustPolicy:
		return "role trust policy"
	}
	return "policy"
}

// denying is how AWS's messages name the type of an explicit deny.
func (t Type) denying() string {
	switch t {
	case SessionPolicy:
		return "a sessions policy"
	case TrustPolicy:
		return "the role trust policy"
	}
	return article(t)
}

func article(t Type) string {
	if t == IdentityPolicy {
		return "an " + t.String()
	}
	return "a " + t.String()
}

// printable keeps the sentence one line whatever the request says: it goes to terminals and logs.
func printable(text string) string {
	quoted := strconv.QuoteToASCII(text)
	if quoted[1:len(quoted)-1] == text {
		return text
	}
	return quoted
}
