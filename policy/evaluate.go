package policy

// Type is the type of a policy, which decides what part it plays. The zero Type plays none.
type Type uint8

// Boundaries, session policies, resource policies and trust policies join here, each with its own
// argument of Evaluate: what an Allow of theirs means differs.
const (
	// IdentityPolicy is a policy of a user (or, later, of its groups or of a role).
	IdentityPolicy Type = iota + 1
)

// Source is a policy in force, and its name for the reasons.
//
// A Source without a Document stands for a policy that could not be read. It denies everything: it may
// hold a Deny, and to go on without it would lose that.
type Source struct {
	Type     Type
	Name     string
	Document *Document
}

const unreadable = "unreadable document"

// Evaluate decides a request from the policies of the identity that makes it. Every statement of every
// policy is read: an explicit deny wins wherever it stands, then an allow, and without either the answer
// is the zero Decision, which denies. A request that names no action, or neither "*" nor an ARN, is
// allowed by nothing.
//
// Source: IAM User Guide, "Determining whether a request is allowed or denied within an account".
func Evaluate(req Request, identity []Source) Decision {
	s := subject{request: req}
	if !s.read() {
		return Decision{PolicyType: IdentityPolicy}
	}
	decision := Decision{PolicyType: IdentityPolicy}
	for i := range identity {
		source := &identity[i]
		if source.Document == nil || source.Type != IdentityPolicy {
			return Decision{ExplicitDeny, IdentityPolicy, source.Name, unreadable}
		}
		for j := range source.Document.statements {
			st := &source.Document.statements[j]
			if st.effect != ExplicitDeny && decision.Effect == Allow || !st.applies(&s) {
				continue // a second Allow changes nothing: only a Deny is of interest now
			}
			decision = Decision{st.effect, IdentityPolicy, source.Name, st.label}
			if st.effect == ExplicitDeny {
				return decision
			}
		}
	}
	return decision
}
