package principal

// Kind is the kind of a principal. The zero Kind is nobody in particular.
type Kind int

const (
	// Anonymous is a caller who gave no credential.
	Anonymous Kind = iota
	// User is an IAM user.
	User
	// Root is the account itself.
	Root
	// AssumedRole is a session of a role.
	AssumedRole
	// FederatedUser is a session that a user began for somebody else (sts:GetFederationToken).
	FederatedUser
	// WebIdentity is a caller whom an identity provider vouches for and who has no session yet: he can
	// ask for one, and nothing else.
	WebIdentity
)

// Principal is who a request acts for. The zero Principal is anonymous and may do nothing but what
// everybody may.
//
// The id, not the name, is the identity: a user who was removed and made again under the same name has
// another id, and inherits nothing.
type Principal struct {
	Kind      Kind
	Account   string      // twelve digits; that of the role for a session
	ID        string      // unique id: AIDA... of a user, AROA... of the role
	Name      string      // of the user, of the role, of the federated user; the subject of a web identity
	Path      string      // of the user or role: "/" or "/division/"
	Session   string      // the role session's name; only an AssumedRole has one
	Provider  string      // ARN of the identity provider that vouched for a WebIdentity, or for whom a role session began
	AccessKey AccessKeyID // the key that the caller proved, empty for anonymous

	// Limits say what a session is and what narrows it, as package session packs it. Every session has some: a User
	// with none acts with a key of its own.
	Limits string
}

// InSession reports whether the principal acts with the credentials of a session.
func (p Principal) InSession() bool { return p.Limits != "" }

// ARN is the principal's Amazon Resource Name, empty for those who have none: an anonymous caller and a
// web identity.
//
// Source: IAM User Guide, "IAM identifiers", IAM ARNs.
func (p Principal) ARN() string {
	switch p.Kind {
	case User:
		return p.iam("user" + p.Path + p.Name)
	case Root:
		return p.iam("root")
	case AssumedRole:
		return p.sts("assumed-role/" + p.Name + "/" + p.Session)
	case FederatedUser:
		return p.sts("federated-user/" + p.Name)
	}
	return ""
}

// RoleARN is the role of an AssumedRole, and empty for every other principal.
func (p Principal) RoleARN() string {
	if p.Kind != AssumedRole {
		return ""
	}
	return p.iam("role" + p.Path + p.Name)
}

// UserID is the principal's id as policies and GetCallerIdentity show it; empty for those who have none.
//
// Source: IAM User Guide, "IAM policy elements: Variables and tags", principal key values.
func (p Principal) UserID() string {
	switch p.Kind {
	case User:
		return p.ID
	case Root:
		return p.Account
	case AssumedRole:
		return p.ID + ":" + p.Session
	case FederatedUser:
		return p.Account + ":" + p.Name
	}
	return ""
}

// String names the principal for a person: its ARN, who vouches for whom, or "anonymous".
func (p Principal) String() string {
	if arn := p.ARN(); arn != "" {
		return arn
	}
	if p.Kind == WebIdentity {
		return p.Name + " of " + p.Provider
	}
	return "anonymous"
}

func (p Principal) iam(resource string) string {
	return "arn:" + Partition + ":iam::" + p.Account + ":" + resource
}

func (p Principal) sts(resource string) string {
	return "arn:" + Partition + ":sts::" + p.Account + ":" + resource
}
