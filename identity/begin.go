package identity

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
)

// begun is a session that began, as the answers of STS say it.
type begun struct {
	credentials               *types.Credentials
	user                      *types.AssumedRoleUser // of a role's session
	packed, size, utilization *int32
	sourceIdentity            *string
}

// longestToken is what the answers compare the size of a session token with.
//
// Source: AWS STS API Reference, AssumeRole, MinimumSessionTokenSize.
const longestToken = 4096

// beginning is a session that may begin.
type beginning struct {
	call     access.Call
	caller   principal.Principal
	who      principal.Principal // who acts in the session: account, id and names
	session  session.Session
	lifetime time.Duration
	limits   session.Limits
}

// begin packs the limits and begins the session, when all is allowed. The records of the decisions, and which access
// key the caller got by them, are on disk before the credentials leave.
func (i *Identity) begin(ctx context.Context, b beginning) (begun, error) {
	for _, arn := range b.limits.PolicyARNs {
		if _, err := i.Store.Policy(ctx, b.who.Account, arn); errors.Is(err, store.ErrNotFound) {
			return begun{}, &Error{MalformedPolicy, "The managed session policy " + quoted(arn) + " does not exist in the account of the session."}
		} else if err != nil {
			return begun{}, err
		}
	}
	packed, percent, err := b.limits.Pack()
	if large := new(session.TooLargeError); errors.As(err, &large) {
		return begun{}, &Error{PackedPolicyTooLarge, large.Error()}
	}
	if err != nil {
		return begun{}, err
	}
	b.session.Packed = packed
	c, err := i.Sessions.Begin(ctx, session.Beginning{Account: b.who.Account, ID: b.who.ID, Session: b.session, Lifetime: b.lifetime})
	if err != nil {
		return begun{}, err
	}
	what := "session " + string(c.AccessKey) + " begins, and ends at " + c.Ends.Format(time.RFC3339)
	if err := i.Access.Permit(ctx, b.call, b.caller, "sts:"+b.call.Operation, b.who.ARN(), what); err != nil {
		return begun{}, err
	}
	if err := i.Access.Commit(ctx); err != nil {
		return begun{}, err
	}
	id, secret, token := string(c.AccessKey), c.Secret.Reveal(), c.Token.Reveal()
	out := begun{
		credentials: &types.Credentials{AccessKeyId: &id, SecretAccessKey: &secret, SessionToken: &token, Expiration: &c.Ends},
		size:        number(len(token)), utilization: number((100*len(token) + longestToken - 1) / longestToken)}
	if packed != "" {
		out.packed = number(percent)
	}
	return out, nil
}

func number(n int) *int32 {
	v := int32(n)
	return &v
}

// text is a member that is left out when it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// denied is a denial that no policy made.
func denied(message string) error { return &access.DeniedError{Message: message} }
