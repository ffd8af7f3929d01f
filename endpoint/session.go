package endpoint

import (
	"slices"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
)

// What the credentials of a session cannot call, whatever its policies say: with them somebody could give himself more,
// or a longer time, than he was given.
//
// Source: IAM User Guide, "Compare AWS STS credentials"; AWS STS API Reference, GetSessionToken, GetFederationToken.
var (
	askedByUser      = []string{"GetCallerIdentity", "AssumeRole"} // of STS, by a user's own session
	askedByFederated = []string{"GetCallerIdentity"}
	notByRole        = []string{"GetSessionToken", "GetFederationToken"}
)

// used is what a caller's last use is noted for: its access key, or the role of its session. A session's own key is
// not: nobody can ask for it, and there is no end of them.
func used(p principal.Principal) string {
	switch {
	case p.Kind == principal.AssumedRole:
		return p.ID
	case p.InSession():
		return ""
	}
	return string(p.AccessKey)
}

// open refuses an operation that is closed to sessions of the caller's kind.
func (o operation) open(p principal.Principal) error {
	if !p.InSession() || o.service != STS && o.service != IAM {
		return nil
	}
	may := false
	switch p.Kind {
	case principal.AssumedRole:
		may = o.service == IAM || !slices.Contains(notByRole, o.name)
	case principal.User:
		may = o.service == STS && slices.Contains(askedByUser, o.name)
	case principal.FederatedUser:
		may = o.service == STS && slices.Contains(askedByFederated, o.name)
	}
	if may {
		return nil
	}
	return &access.DeniedError{Message: "Cannot call " + o.name + " with session credentials"}
}
