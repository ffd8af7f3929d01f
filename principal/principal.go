package principal

// Kind is the kind of a principal. The zero Kind is nobody in particular.
type Kind int

const (
	// Anonymous is a caller who gave no credential.
	Anonymous Kind = iota
	// User is an IAM user.
	User
)

// Principal is who a request acts for. The zero Principal is anonymous and may do nothing but what
// everybody may.
//
// The id, not the name, is the identity: a user who was removed and made again under the same name has
// another id, and inherits nothing.
type Principal struct {
	Kind      Kind
	Account   string      // twelve digits
	ID        string      // unique id, as AIDA...
	Name      string      // user name
	Path      string      // "/" or "/division/"
	AccessKey AccessKeyID // the key that the caller proved, empty for anonymous
}

// ARN is the principal's Amazon Resource Name, empty for an anonymous caller.
func (p Principal) ARN() string {
	if p.Kind != User {
		return ""
	}
	return "arn:" + Partition + ":iam::" + p.Account + ":user" + p.Path + p.Name
}

// String names the principal for a person: its ARN, or "anonymous".
func (p Principal) String() string {
	if arn := p.ARN(); arn != "" {
		return arn
	}
	return "anonymous"
}
