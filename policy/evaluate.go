package policy

import "github.com/octroi/octroi/policy/party"

// Type is the type of a policy, which decides what part it plays. The zero Type plays none.
type Type uint8

// The types that there are.
const (
	// IdentityPolicy is a policy of a user, of its groups, or of a role.
	IdentityPolicy Type = iota + 1
	// PermissionsBoundary says what identity policies can allow at most.
	PermissionsBoundary
	// SessionPolicy says what a session can be allowed at most.
	SessionPolicy
	// ResourcePolicy is the policy of the resource that the request is about.
	ResourcePolicy
	// TrustPolicy is the policy of the role that a request wants a session of.
	TrustPolicy
)

// Source is a policy in force, and its name for the reasons.
//
// A Source without a Document stands for a policy that could not be read. It denies everything: it may
// hold a Deny, and to go on without it would lose that. So does one whose document was not parsed as
// what its type says.
type Source struct {
	Type     Type
	Name     string
	Document *Document
}

const unreadable = "unreadable document"

func (source *Source) readable() bool {
	if source.Document == nil {
		return false
	}
	switch g := source.Document.grammar; source.Type {
	case IdentityPolicy, PermissionsBoundary, SessionPolicy:
		return g == identityGrammar
	case ResourcePolicy:
		return g == resourceGrammar
	case TrustPolicy:
		return g == trustGrammar
	}
	return false
}

// Evaluate decides a request from the policies in force: those of the identity that makes it, its
// boundary, its session's, and that of the resource or role it is about. What is not among them is not in
// force; so whoever has a boundary or a session policy must be given with it. Every statement of every
// policy is read: an explicit deny wins wherever it stands, then what all of them together allow (see
// tally), and otherwise the answer denies. A request that names no action, or neither "*" nor an ARN, is
// allowed by nothing.
//
// Source: IAM User Guide, "Policy evaluation logic".
func Evaluate(req Request, policies []Source) Decision {
	s := subject{request: req}
	if !s.read() {
		return Decision{PolicyType: IdentityPolicy}
	}
	if s.isAction("sts:getcalleridentity") && party.IsMember(&s.request.Principal) {
		return Decision{Effect: Allow} // even if it is denied
	}
	for i := range policies {
		if policies[i].Type == PermissionsBoundary {
			s.bounds = party.Bounded
		}
	}
	var t tally
	for i := range policies {
		if denied, ok := t.read(&policies[i], &s); !ok {
			return denied
		}
	}
	return t.decide(&s)
}

// read adds a policy. It reports false if the policy denies the request, which decides it.
func (t *tally) read(source *Source, s *subject) (Decision, bool) {
	if !source.readable() {
		return Decision{ExplicitDeny, source.Type, source.Name, unreadable}, false
	}
	found, widest := Decision{}, party.Unnamed
	for i := range source.Document.statements {
		st := &source.Document.statements[i]
		if st.effect == Allow && widest == party.Direct {
			continue // a second Allow changes nothing: only a Deny is of interest now
		}
		reach := st.reach(s)
		if reach == party.Unnamed || st.effect == Allow && reach <= widest || !st.applies(s) {
			continue
		}
		if st.effect != Allow {
			return Decision{ExplicitDeny, source.Type, source.Name, st.label}, false
		}
		found, widest = Decision{Allow, source.Type, source.Name, st.label}, reach
	}
	t.add(source.Type, found, widest)
	return Decision{}, true
}
