package policy

import (
	"strings"

	"github.com/octroi/octroi/principal"
)

// party is one whom Principal or NotPrincipal names.
type party struct {
	kind    partyKind
	account string
	name    string // with the path of a user or role; the ARN of a provider; a unique id
	session string
	id      string // the only unique id that a user or role may have, if bound (see Document.Bound)
	bound   bool
}

type partyKind uint8

const (
	everybody partyKind = iota + 1
	wholeAccount
	someUser
	someRole
	roleSession
	federatedUser
	uniqueID
	identityProvider
	someService
)

// reach is how a party names a caller, which decides what an Allow for it is worth. From little to much.
type reach uint8

const (
	unnamed   reach = iota
	delegated       // by the account: its identity policies decide
	byRole          // by the role of a session: within the role's boundary
	direct          // himself, or everybody
)

// names is how the party names p.
//
// Everybody does not mean those who have not shown who they are: an anonymous caller and a web identity
// are denied by a Deny for everybody, and allowed by no Allow for everybody.
func (a *party) names(p *principal.Principal) reach {
	switch a.kind {
	case everybody:
		if member(p) {
			return direct
		}
		return delegated
	case wholeAccount:
		if member(p) && p.Account == a.account {
			return delegated
		}
	case someUser, roleSession, federatedUser:
		if a.is(p) {
			return direct
		}
	case someRole:
		if a.is(p) {
			return byRole
		}
	case uniqueID:
		if member(p) && p.ID == a.name {
			return own(p)
		}
	case identityProvider:
		if p.Provider == a.name {
			return own(p)
		}
	}
	return unnamed // a service: none calls us
}

// own is the reach of what names p but, of a session, not the session itself.
func own(p *principal.Principal) reach {
	if p.Kind == principal.AssumedRole {
		return byRole
	}
	return direct
}

// is compares piece by piece: to put the ARN of p together would be to allocate it.
func (a *party) is(p *principal.Principal) bool {
	if p.Account != a.account || a.bound && (a.id == "" || p.ID != a.id) {
		return false
	}
	switch a.kind {
	case someUser:
		return p.Kind == principal.User && a.calls(p)
	case someRole:
		return p.Kind == principal.AssumedRole && a.calls(p)
	case roleSession:
		return p.Kind == principal.AssumedRole && p.Name == a.name && p.Session == a.session
	}
	return p.Kind == principal.FederatedUser && p.Name == a.name
}

// calls compares path and name.
func (a *party) calls(p *principal.Principal) bool {
	name, found := strings.CutPrefix(a.name, p.Path)
	return found && name == p.Name
}

// member reports whether p has shown to belong to an account.
func member(p *principal.Principal) bool {
	switch p.Kind {
	case principal.User, principal.Root, principal.AssumedRole, principal.FederatedUser:
		return true
	}
	return false
}

// reach is how the statement names the caller. An identity policy names whom it is attached to.
func (st *statement) reach(s *subject) reach {
	if st.parties == nil {
		return direct
	}
	p := &s.request.Principal
	if st.notPrincipal {
		return st.reachOfOthers(p, s.bounded)
	}
	found := unnamed
	for i := range st.parties {
		found = max(found, st.parties[i].names(p))
	}
	return found
}

// reachOfOthers is that of NotPrincipal, which only a Deny has: everybody but whom it lists. A caller is
// listed when all that he is stands there: his account, and the user; or his account, the role and the
// session. A list of less would let the Deny through on one reading and not on the other. And a caller
// with a permissions boundary is always denied.
//
// Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
func (st *statement) reachOfOthers(p *principal.Principal, bounded bool) reach {
	var listed [direct + 1]bool
	for i := range st.parties {
		listed[st.parties[i].names(p)] = true
	}
	exempt := listed[delegated] && listed[direct]
	switch p.Kind {
	case principal.AssumedRole:
		exempt = exempt && listed[byRole]
	case principal.Root:
		exempt = listed[delegated]
	case principal.WebIdentity:
		exempt = listed[direct]
	}
	if exempt && !bounded {
		return unnamed
	}
	return direct
}
