package party

import (
	"strings"

	"github.com/octroi/octroi/principal"
)

// Party is one whom Principal or NotPrincipal names.
type Party struct {
	kind    kind
	account string
	name    string // with the path of a user or role; the ARN of a provider; a unique id
	session string
	id      string // the only unique id that a user or role may have, if bound
	bound   bool
}

type kind uint8

const (
	everybody kind = iota + 1
	wholeAccount
	someUser
	someRole
	roleSession
	federatedUser
	uniqueID
	identityProvider
	someService
)

// Reach is how a party names a caller, which decides what an Allow for it is worth. From little to much.
// The zero Reach is that of somebody else.
type Reach uint8

const (
	Unnamed   Reach = iota
	Delegated       // by the account: its identity policies decide
	ByRole          // by the role of a session: within the role's boundary
	Direct          // himself, or everybody
)

// names is how the party names p.
//
// Everybody does not mean those who have not shown who they are: an anonymous caller and a web identity
// are denied by a Deny for everybody, and allowed by no Allow for everybody.
func (a *Party) names(p *principal.Principal) Reach {
	switch a.kind {
	case everybody:
		if IsMember(p) {
			return Direct
		}
		return Delegated
	case wholeAccount:
		if IsMember(p) && p.Account == a.account {
			return Delegated
		}
	case someUser, roleSession, federatedUser:
		if a.is(p) {
			return Direct
		}
	case someRole:
		if a.is(p) {
			return ByRole
		}
	case uniqueID:
		if IsMember(p) && p.ID == a.name {
			return own(p)
		}
	case identityProvider:
		if p.Provider == a.name {
			return own(p)
		}
	}
	return Unnamed // a service: none calls us
}

// own is the reach of what names p but, of a session, not the session itself.
func own(p *principal.Principal) Reach {
	if p.Kind == principal.AssumedRole {
		return ByRole
	}
	return Direct
}

// is compares piece by piece: to put the ARN of p together would be to allocate it. Who is held to a unique id is told by
// that and not by a name: users are renamed and moved.
func (a *Party) is(p *principal.Principal) bool {
	if p.Account != a.account || a.bound && (a.id == "" || p.ID != a.id) {
		return false
	}
	switch a.kind {
	case someUser:
		return p.Kind == principal.User && (a.bound || a.calls(p))
	case someRole:
		return p.Kind == principal.AssumedRole && (a.bound || a.calls(p))
	case roleSession:
		return p.Kind == principal.AssumedRole && (a.bound || p.Name == a.name) && p.Session == a.session
	}
	return p.Kind == principal.FederatedUser && p.Name == a.name
}

// calls compares path and name.
func (a *Party) calls(p *principal.Principal) bool {
	name, found := strings.CutPrefix(a.name, p.Path)
	return found && name == p.Name
}

// IsMember reports whether p has shown to belong to an account.
func IsMember(p *principal.Principal) bool {
	switch p.Kind {
	case principal.User, principal.Root, principal.AssumedRole, principal.FederatedUser:
		return true
	}
	return false
}

// Among is how a list names p, at most.
func Among(list []Party, p *principal.Principal) Reach {
	found := Unnamed
	for i := range list {
		found = max(found, list[i].names(p))
	}
	return found
}

// Others is the reach of NotPrincipal, which only a Deny has: everybody but whom it lists. A caller is
// listed when all that he is stands there: his account, and the user; or his account, the role and the
// session. A list of less would let the Deny through on one reading and not on the other. And a caller
// with a permissions boundary is always denied.
//
// Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
func Others(list []Party, p *principal.Principal, bounds Bounds) Reach {
	var listed [Direct + 1]bool
	for i := range list {
		listed[list[i].names(p)] = true
	}
	exempt := listed[Delegated] && listed[Direct]
	switch p.Kind {
	case principal.AssumedRole:
		exempt = exempt && listed[ByRole]
	case principal.Root:
		exempt = listed[Delegated]
	case principal.WebIdentity:
		exempt = listed[Direct]
	}
	if exempt && bounds == Unbounded {
		return Unnamed
	}
	return Direct
}

// Bounds is whether a caller has a permissions boundary.
type Bounds uint8

// The zero Bounds is that of a caller without one.
const (
	Unbounded Bounds = iota
	Bounded
)

// Bound is the party held to a unique id, if it is a user, a role or a session of one. An empty id is nobody's.
func (a Party) Bound(id string) Party {
	a.id, a.bound = id, true
	return a
}

// ARN is that of a user, a role or a session of one, and empty for all others.
func (a *Party) ARN() string {
	arn := principal.ARN{Partition: principal.Partition, Service: "iam", Account: a.account}
	switch a.kind {
	case someUser:
		arn.Resource = "user" + a.name
	case someRole:
		arn.Resource = "role" + a.name
	case roleSession:
		arn.Service, arn.Resource = "sts", "assumed-role/"+a.name+"/"+a.session
	default:
		return ""
	}
	return arn.String()
}

// UniqueID is that of a party that is named by it, and empty for all others.
func (a *Party) UniqueID() string {
	if a.kind != uniqueID {
		return ""
	}
	return a.name
}

// IsEverybody reports whether it is "*".
func (a *Party) IsEverybody() bool { return a.kind == everybody }

// Provider is the ARN of an identity provider.
func (a *Party) Provider() (arn string, ok bool) { return a.name, a.kind == identityProvider }
