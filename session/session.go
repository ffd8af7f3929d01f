package session

import (
	"time"

	"github.com/octroi/octroi/principal"
)

// Session is what a session is, beside whose: the account and the unique id of the role or user are its token's.
type Session struct {
	Kind           principal.Kind        // AssumedRole, FederatedUser, or User for a user's own
	Name           string                // of a role's session, of the federated user; a user's own has none
	Parent         principal.AccessKeyID // the key that began it; empty for a web identity's
	SourceIdentity string
	Provider       string // ARN of the identity provider that vouched for a web identity
	Begun, Ends    time.Time

	// Packed are the limits as Limits.Pack made them. Empty: there are none.
	Packed string
}

// Limits narrow and describe a session.
type Limits struct {
	Policy     string   // a document; empty for none
	PolicyARNs []string // managed policies
	Tags       []Tag
}

// Tag is a session tag. A transitive one is handed on to the sessions that this one begins.
type Tag struct {
	Key, Value string
	Transitive bool
}

// Transitive are the tags that are handed on.
func (l Limits) Transitive() []Tag {
	var tags []Tag
	for _, t := range l.Tags {
		if t.Transitive {
			tags = append(tags, t)
		}
	}
	return tags
}

// begins reports whether there are sessions of the kind.
func begins(k principal.Kind) bool {
	return k == principal.AssumedRole || k == principal.FederatedUser || k == principal.User
}
