package awsconfig

import (
	"context"
	"net/url"

	"github.com/octroi/octroi/principal"
)

// Exchange exchanges credentials for a role's, as AssumeRole does, but neither looks into the AWS CLI's cache nor
// leaves anything there: what is in it is whoever's that assumed the role last.
func (s *Settings) Exchange(ctx context.Context, r Role, from Credentials) (Credentials, error) {
	client, err := s.stsAt(r.STS)
	if err != nil {
		return Credentials{}, err
	}
	client.Signer = &from.Credentials
	form := url.Values{"RoleArn": {r.ARN}, "RoleSessionName": {s.sessionName()}}
	if r.ExternalID != "" {
		form.Set("ExternalId", r.ExternalID)
	}
	c, err := s.exchange(ctx, client, "AssumeRole", form)
	if err != nil {
		return Credentials{}, err
	}
	return c, s.unexpired(c)
}

// ExchangeToken exchanges an identity provider's token for a role's credentials, in a session of that name.
func (s *Settings) ExchangeToken(ctx context.Context, r Role, session string, token principal.Secret) (Credentials, error) {
	client, err := s.stsAt(r.STS)
	if err != nil {
		return Credentials{}, err
	}
	form := url.Values{"RoleArn": {r.ARN}, "RoleSessionName": {session}, "WebIdentityToken": {token.Reveal()}}
	c, err := s.exchange(ctx, client, "AssumeRoleWithWebIdentity", form)
	if err != nil {
		return Credentials{}, err
	}
	return c, s.unexpired(c)
}
