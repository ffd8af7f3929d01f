package policy

import (
	"strings"

	"github.com/octroi/octroi/policy/party"
	"github.com/octroi/octroi/principal"
)

// tally is what the policies of each type allow, when none of them denies.
type tally struct {
	present [TrustPolicy + 1]bool
	allowed [TrustPolicy + 1]Decision // the first Allow of the type
	reach   party.Reach               // how the policy of the resource or role names the caller, at most
	outside bool                      // a boundary does not allow the request
}

func (t *tally) add(kind Type, found Decision, reach party.Reach) {
	t.present[kind] = true
	if kind == PermissionsBoundary && !found.Allowed() {
		t.outside = true
	}
	if !found.Allowed() {
		return
	}
	resource := kind == ResourcePolicy || kind == TrustPolicy
	if !t.allowed[kind].Allowed() || resource && reach > t.reach {
		t.allowed[kind] = found
	}
	if resource {
		t.reach = max(t.reach, reach)
	}
}

// decide weighs them. Who may what is the same everywhere but for what an Allow of the resource's policy
// is worth: in the caller's own account it stands in for identity policies, if it names him, and for his
// boundary, if it names himself and not only his role. In another account, and for a session of a role,
// there must be one in any case.
//
// A session policy always limits its session: also where a resource's policy names the session itself,
// which by one page of AWS's is then not limited.
//
// Source: IAM User Guide, "Policy evaluation logic", within an account and across accounts.
func (t *tally) decide(s *subject) Decision {
	p := &s.request.Principal
	of := ResourcePolicy
	if s.beginsSession() {
		of = TrustPolicy
	}
	reach := party.Unnamed
	if t.allowed[of].Allowed() && p.Account != "" && s.owner() == p.Account {
		reach = t.reach
	}
	needless := s.isAction("sts:getsessiontoken") && p.Kind == principal.User
	switch {
	case of == TrustPolicy && (!t.allowed[of].Allowed() || p.Kind == principal.Root):
		return Decision{PolicyType: TrustPolicy} // no root begins a session of a role
	case of == ResourcePolicy && !party.IsMember(p):
		return Decision{PolicyType: IdentityPolicy} // whoever has no session yet can ask for one, and nothing else
	case !needless && reach < party.ByRole && !t.byIdentity(p):
		return Decision{PolicyType: IdentityPolicy}
	case !needless && reach < party.Direct && t.outside:
		return Decision{PolicyType: PermissionsBoundary}
	case !needless && !t.inSession(p):
		return Decision{PolicyType: SessionPolicy}
	case !needless && s.owner() != p.Account && !t.allowed[of].Allowed():
		return Decision{PolicyType: of}
	case t.allowed[IdentityPolicy].Allowed() && of == ResourcePolicy:
		return t.allowed[IdentityPolicy]
	case reach >= party.ByRole || of == TrustPolicy:
		return t.allowed[of]
	}
	return Decision{Effect: Allow} // the root of the account, or what needs no permission
}

// byIdentity: the root of an account has every permission that its resources do not deny.
func (t *tally) byIdentity(p *principal.Principal) bool {
	return party.IsMember(p) && t.allowed[IdentityPolicy].Allowed() || p.Kind == principal.Root
}

// inSession: who federates a user gives him a policy, or nothing.
func (t *tally) inSession(p *principal.Principal) bool {
	if !t.present[SessionPolicy] {
		return p.Kind != principal.FederatedUser
	}
	return t.allowed[SessionPolicy].Allowed()
}

// beginsSession: these act on a role, and its trust policy must allow them. A federated user has none: tags are given to
// him by whoever may.
func (s *subject) beginsSession() bool {
	if s.resource != "" && strings.HasPrefix(s.resource[s.part[5]:], "federated-user/") {
		return false
	}
	for _, action := range sessionActions {
		if s.isAction(action) {
			return true
		}
	}
	return false
}

func (s *subject) isAction(action string) bool { return string(s.action[:s.length]) == action }
