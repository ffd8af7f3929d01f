package identity

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/token"
)

const decodeAction = "sts:DecodeAuthorizationMessage"

// longestMessage is what DecodeAuthorizationMessage takes.
//
// Source: AWS STS API Reference, DecodeAuthorizationMessage, EncodedMessage.
const longestMessage = 10_240

// Encoded adds the sealed details of a denial to it, for a caller who may decode them. To others the sentence
// stays as AWS writes it. The question is not recorded: it gives nothing that the caller could not ask for.
func (i *Identity) Encoded(ctx context.Context, call access.Call, p principal.Principal, err error) error {
	d := new(access.DeniedError)
	if !errors.As(err, &d) || d.Decision == nil {
		return err
	}
	call.Conditions, call.Policies = nil, nil
	if may, failed := i.Access.Would(ctx, call, p, decodeAction, "*"); failed != nil || !may {
		return errors.Join(err, failed)
	}
	message, failed := i.seal(ctx, p, d.Decision)
	if failed != nil {
		return errors.Join(err, failed)
	}
	return &access.DeniedError{Message: d.Message, Decision: d.Decision, Sealed: message}
}

func (i *Identity) seal(ctx context.Context, p principal.Principal, d *access.Decision) (string, error) {
	ring, err := i.Sessions.Ring(ctx)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(failureOf(p, d))
	if err != nil {
		return "", err
	}
	now := i.Sessions.Now()
	return ring.Seal(token.Message, token.Claims{
		ID: token.NewID(), Account: p.Account, PrincipalID: p.ID, Scope: string(text), IssuedAt: now, ExpiresAt: now.Add(token.MaxSessionLifetime)})
}

// DecodeAuthorizationMessage opens the details of a denial in the caller's account.
//
// Source: AWS STS API Reference, DecodeAuthorizationMessage.
func (i *Identity) DecodeAuthorizationMessage(ctx context.Context, call access.Call, p principal.Principal, in *sts.DecodeAuthorizationMessageInput) (*sts.DecodeAuthorizationMessageOutput, error) {
	text, err := required("encodedMessage", in.EncodedMessage)
	if err != nil {
		return nil, err
	}
	if len(text) > longestMessage {
		return nil, invalid("1 validation error detected: Value at 'encodedMessage' failed to satisfy constraint: Member must have length less than or equal to %d", longestMessage)
	}
	if err := i.ask(ctx, call, p, decodeAction, "*"); err != nil {
		return nil, err
	}
	ring, err := i.Sessions.Ring(ctx)
	if err != nil {
		return nil, err
	}
	c, err := ring.Open(token.Message, text, i.Sessions.Now())
	if err != nil || c.Account != p.Account {
		return nil, &Error{InvalidAuthorizationMessage, "The message is not one of this account's denials, or it is older than 36 hours."}
	}
	return &sts.DecodeAuthorizationMessageOutput{DecodedMessage: &c.Scope}, nil
}
