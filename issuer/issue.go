package issuer

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/token"
)

// needed are the permissions behind a token, asked in this order. Neither has a resource of its own.
//
// Source: ECR Public API Reference, GetAuthorizationToken.
var needed = []string{"ecr-public:GetAuthorizationToken", bearerAction}

// The second one has condition keys of its own: for which service the token is, and for how long.
//
// Source: Service Authorization Reference, AWS Security Token Service.
const (
	bearerAction = "sts:GetServiceBearerToken"
	serviceName  = "ecr-public.amazonaws.com"
)

// GetAuthorizationToken gives the caller a login token, when both permissions are there. The records of the two
// decisions are on disk before the token leaves.
//
// Source: ECR Public API Reference, GetAuthorizationToken.
func (i *Issuer) GetAuthorizationToken(ctx context.Context, call access.Call, p principal.Principal, _ *ecrpublic.GetAuthorizationTokenInput) (*ecrpublic.GetAuthorizationTokenOutput, error) {
	issued, err := i.clock.issuing() // not cut to the second: a ring's first key may have begun to seal within this one
	if err != nil {
		return nil, err
	}
	expires, err := until(p, issued)
	if err != nil {
		return nil, err
	}
	id := token.NewID()
	for _, action := range needed {
		asked := call
		if action == bearerAction {
			asked.Conditions = func(c *policy.Context) { c.SetBearer(serviceName, Lifetime) }
			asked.Token, asked.TokenExpires = i.names.Name(id), expires
		}
		d, err := i.access.Check(ctx, asked, p, action, "*")
		if err != nil {
			return nil, err
		}
		if err := d.Err(); err != nil {
			return nil, err
		}
	}
	ring, err := i.Ring(ctx)
	if err != nil {
		return nil, err
	}
	text, err := ring.SealAuthorizationToken(token.Claims{
		ID: id, Account: p.Account, PrincipalID: p.ID, AccessKey: p.AccessKey, Session: p.Limits, IssuedAt: issued, ExpiresAt: expires})
	if err != nil {
		return nil, err
	}
	if err := i.access.Commit(ctx); err != nil {
		return nil, err
	}
	return authorized(text, expires), nil
}

// authorized is the answer, whose four parts are one piece of memory.
func authorized(text string, expires time.Time) *ecrpublic.GetAuthorizationTokenOutput {
	var answer struct {
		output  ecrpublic.GetAuthorizationTokenOutput
		data    types.AuthorizationData
		text    string
		expires time.Time
	}
	answer.text, answer.expires = text, expires
	answer.data.AuthorizationToken, answer.data.ExpiresAt = &answer.text, &answer.expires
	answer.output.AuthorizationData = &answer.data
	return &answer.output
}

// until is when a login ends that is given now: in twelve hours, and with the session that asked for it. (AWS's tokens
// go on after the session.)
func until(p principal.Principal, issued time.Time) (time.Time, error) {
	expires := issued.Truncate(time.Second).Add(Lifetime)
	if !p.InSession() {
		return expires, nil
	}
	s, err := session.Unpack(p.Limits)
	if err == nil && s.Ends.Before(expires) {
		expires = s.Ends
	}
	return expires, err
}
