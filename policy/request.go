package policy

import (
	"github.com/octroi/octroi/policy/condition"
	"github.com/octroi/octroi/policy/party"
	"github.com/octroi/octroi/policy/pattern"
	"github.com/octroi/octroi/principal"
)

// Request is what is to be decided.
type Request struct {
	Principal principal.Principal
	Action    string // vendor:name, as ecr-public:PutImage, without wildcards
	Resource  string // an ARN; empty or "*" for an action that has no resource
	Context   Context

	// ResourceAccount is the account that the resource belongs to. Empty: the one that its ARN names; if it
	// names none, that of the principal.
	ResourceAccount string
}

// value is the one value of a condition key, as policy variables need it: a key that is absent, empty or
// has several values has none. key is in lower case.
func (s *subject) value(key string) (string, bool) {
	var space [1]string
	values := s.values(key, &space)
	if len(values) != 1 || values[0] == "" {
		return "", false
	}
	return values[0], true
}

// values are the values of a condition key. space is where the value is put that the request implies.
func (s *subject) values(key string, space *[1]string) []string {
	v, implied := s.implied(key)
	if !implied {
		return s.request.Context.values(key)
	}
	if v == "" {
		return nil
	}
	space[0] = v
	return space[:]
}

// meets asks a condition of the request.
func (s *subject) meets(c *condition.Condition) pattern.Truth {
	var space [1]string
	return c.Holds(s.values(c.Key(), &space), s.value)
}

// implied is the value of a key of which the principal and the resource alone speak, also where they have
// nothing to say. That somebody used a second factor is what nobody can say here: there are none.
//
// Source: IAM User Guide, "AWS global condition context keys", properties of the principal.
func (s *subject) implied(key string) (value string, implied bool) {
	p := &s.request.Principal
	switch key {
	case "aws:username":
		if p.Kind == principal.User {
			return p.Name, true
		}
	case "aws:userid":
		return p.UserID(), true
	case "aws:principalaccount":
		if party.IsMember(p) {
			return p.Account, true
		}
	case "aws:principalarn":
		return s.principalARN(), true
	case "aws:principaltype":
		return principalType(p.Kind), true
	case "aws:federatedprovider":
		return p.Provider, true
	case "aws:resourceaccount":
		return s.owner(), true
	case "aws:principalisawsservice", "aws:viaawsservice":
		return "false", true
	case "aws:multifactorauthpresent", "aws:multifactorauthage":
	default:
		return "", false
	}
	return "", true
}

func principalType(k principal.Kind) string {
	switch k {
	case principal.Anonymous:
		return "Anonymous"
	case principal.User:
		return "User"
	case principal.Root:
		return "Account"
	case principal.AssumedRole:
		return "AssumedRole"
	case principal.FederatedUser:
		return "FederatedUser"
	}
	return ""
}

// principalARN is the ARN that policies compare: that of the role for its sessions. It is put together
// once for a decision.
func (s *subject) principalARN() string {
	if s.arn == "" {
		if s.arn = s.request.Principal.RoleARN(); s.arn == "" {
			s.arn = s.request.Principal.ARN()
		}
	}
	return s.arn
}

// owner is the account that the resource belongs to.
func (s *subject) owner() string {
	account := s.request.ResourceAccount
	if account == "" && s.resource != "" {
		account = s.resource[s.part[4] : s.part[5]-1]
	}
	if account == "" || account == "aws" { // arn:aws:iam::aws:policy/... is everybody's
		return s.request.Principal.Account
	}
	return account
}
