package identity

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/token"
)

// usualUser is how long the sessions of users are when nothing is said.
//
// Source: AWS STS API Reference, GetSessionToken and GetFederationToken, DurationSeconds.
const usualUser = 12 * time.Hour

// GetSessionToken begins a session of the user who calls, with all that the user may but IAM and most of STS. It needs
// no permission; a Deny forbids it. Sessions cannot ask for it (package endpoint).
//
// Source: AWS STS API Reference, GetSessionToken.
func (i *Identity) GetSessionToken(ctx context.Context, call access.Call, p principal.Principal, in *sts.GetSessionTokenInput) (*sts.GetSessionTokenOutput, error) {
	if err := unsupported(in.MinimumSessionTokenSize, in.SerialNumber, in.TokenCode); err != nil {
		return nil, err
	}
	lifetime, err := seconds(in.DurationSeconds, usualUser, shortest, token.MaxSessionLifetime)
	if err != nil {
		return nil, err
	}
	if err := i.ask(ctx, call, p, "sts:GetSessionToken", "*"); err != nil {
		return nil, err
	}
	if err := onlyUser(p); err != nil {
		return nil, err
	}
	b, err := i.begin(ctx, beginning{
		call: call, caller: p, who: p, lifetime: lifetime, session: session.Session{Kind: principal.User, Parent: p.AccessKey}})
	if err != nil {
		return nil, err
	}
	return &sts.GetSessionTokenOutput{Credentials: b.credentials, SessionTokenSize: b.size, SessionTokenUtilization: b.utilization}, nil
}

// GetFederationToken begins a session for somebody whom the user who calls vouches for. Without a session policy it
// may do nothing.
//
// Source: AWS STS API Reference, GetFederationToken.
func (i *Identity) GetFederationToken(ctx context.Context, call access.Call, p principal.Principal, in *sts.GetFederationTokenInput) (*sts.GetFederationTokenOutput, error) {
	if err := unsupported(in.MinimumSessionTokenSize, nil, nil); err != nil {
		return nil, err
	}
	name, err := federatedName.needed(in.Name)
	if err != nil {
		return nil, err
	}
	lifetime, err := seconds(in.DurationSeconds, usualUser, shortest, token.MaxSessionLifetime)
	if err != nil {
		return nil, err
	}
	limits, err := limitsOf(in.Policy, in.PolicyArns, in.Tags, nil)
	if err != nil {
		return nil, err
	}
	guest := principal.Principal{Kind: principal.FederatedUser, Account: p.Account, ID: p.ID, Name: name}
	if err := i.mayFederate(ctx, call, p, guest.ARN(), limits.Tags); err != nil {
		return nil, err
	}
	s := session.Session{Kind: principal.FederatedUser, Name: name, Parent: p.AccessKey}
	b, err := i.begin(ctx, beginning{call: call, caller: p, who: guest, session: s, lifetime: lifetime, limits: limits})
	if err != nil {
		return nil, err
	}
	arn, id := guest.ARN(), guest.UserID()
	return &sts.GetFederationTokenOutput{
		Credentials: b.credentials, FederatedUser: &types.FederatedUser{Arn: &arn, FederatedUserId: &id},
		//lint:ignore SA1019 older clients read PackedPolicySize
		PackedPolicySize: b.packed, SessionTokenSize: b.size, SessionTokenUtilization: b.utilization}, nil
}

func (i *Identity) mayFederate(ctx context.Context, call access.Call, p principal.Principal, resource string, tags []session.Tag) error {
	call.Conditions = func(keys *policy.Context) { setRequestTags(keys, tags) }
	if err := i.ask(ctx, call, p, "sts:GetFederationToken", resource); err != nil {
		return err
	}
	if len(tags) > 0 {
		if err := i.ask(ctx, call, p, "sts:TagSession", resource); err != nil {
			return err
		}
	}
	return onlyUser(p)
}

// ask asks the policies for an action.
func (i *Identity) ask(ctx context.Context, call access.Call, p principal.Principal, action, resource string) error {
	d, err := i.Access.Check(ctx, call, p, action, resource)
	if err != nil {
		return err
	}
	return d.Err()
}

// onlyUser refuses whoever does not act with a user's own key: with the credentials of one session nobody begins
// another that is longer.
func onlyUser(p principal.Principal) error {
	if p.Kind == principal.User && !p.InSession() {
		return nil
	}
	return denied("only the access key of a user begins such a session")
}
