package policy

import (
	"github.com/octroi/octroi/principal"
)

// Request is what is to be decided.
type Request struct {
	Principal principal.Principal
	Action    string // vendor:name, as ecr-public:PutImage, without wildcards
	Resource  string // an ARN; empty or "*" for an action that has no resource
	Context   Context
}

// value is the one value of a condition key, as policy variables need it: a key that is absent, empty or
// has several values has none. name is in lower case. What the principal implies comes from the
// principal alone, also where that has nothing to say.
//
// Source: IAM User Guide, "AWS global condition context keys", properties of the principal.
func (r *Request) value(name string) (string, bool) {
	var v string
	p, user := &r.Principal, r.Principal.Kind == principal.User
	switch name {
	case "aws:username":
		if user {
			v = p.Name
		}
	case "aws:userid":
		if user {
			v = p.ID
		}
	case "aws:principalaccount":
		if user {
			v = p.Account
		}
	case "aws:principalarn":
		v = p.ARN()
	case "aws:principaltype":
		switch p.Kind {
		case principal.User:
			v = "User"
		case principal.Anonymous:
			v = "Anonymous"
		}
	default:
		v = r.Context.single(name)
	}
	return v, v != ""
}
