package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/wire"
)

// usualRegion is the only region where Amazon gives tokens for its public registry.
const usualRegion = "us-east-1"

// Client calls the service that speaks for h: the one that the user names, by flag or for this host, or in the
// settings; else Amazon's, or h's own.
func (l Login) Client(h Host) (*wire.Client, error) {
	s := l.Settings
	attempts, mode, err := s.Retries()
	if err != nil {
		return nil, err
	}
	region, err := l.region(h)
	if err != nil {
		return nil, err
	}
	u, signing, err := s.Endpoint(awsconfig.ECRPublic, region, l.endpoint(h))
	if err != nil {
		return nil, err
	}
	if !h.lends(u) {
		return nil, fmt.Errorf("%s gives tokens for Amazon's registry, and %s is not Amazon's: "+
			"leave the endpoint out, or log in to public.ecr.aws", u.Host, h.Name)
	}
	return &wire.Client{
		Transport: s.Transport(), Endpoint: u, Service: awsconfig.ECRPublic.Signing, Region: signing,
		Attempts: attempts, Mode: mode, UserAgent: l.UserAgent, Debug: l.Debug,
	}, nil
}

// region is the flag's, the host's own, the settings' for a service that is not Amazon's, or the usual one.
func (l Login) region(h Host) (string, error) {
	region := usualRegion
	if configured, ok := l.Settings.ConfiguredRegion(); ok && !h.Amazon && configured != "" {
		region = configured
	}
	if l.Entry.Region != "" {
		region = l.Entry.Region
	}
	if l.Region != nil {
		region = *l.Region
	}
	if !wire.ValidRegion(region) || region == "" {
		return "", fmt.Errorf("the region %q is no region: want a form as in us-east-1", region)
	}
	return region, nil
}

func (l Login) endpoint(h Host) *string {
	switch {
	case l.Endpoint != nil:
		return l.Endpoint
	case l.Entry.Endpoint != "":
		return &l.Entry.Endpoint
	case !h.Amazon && l.Settings.ConfiguredEndpoint(awsconfig.ECRPublic) == "":
		origin := h.Origin()
		return &origin
	}
	return nil
}

// Credentials are those that the settings find, or those of the role that is configured for the host.
func (l Login) Credentials(ctx context.Context, client *wire.Client) (awsconfig.Credentials, error) {
	if l.Entry.RoleARN == "" {
		return l.Settings.Credentials(ctx)
	}
	return l.Settings.AssumeRole(ctx, awsconfig.Role{
		ARN: l.Entry.RoleARN, ExternalID: l.Entry.ExternalID, STS: sts(client),
	}, l.Settings.Credentials)
}

// sts is where the token's service has its STS: a service of ours at the same address, Amazon where Amazon has it.
func sts(client *wire.Client) awsconfig.STS {
	at := awsconfig.STS{Region: client.Region}
	if !ofAmazon(client.Endpoint) {
		at.Endpoint = &client.Endpoint
	}
	return at
}

// Ask gets a token, signed with the client's credentials.
func (l Login) Ask(ctx context.Context, client *wire.Client) (Token, wire.Response, error) {
	answer, err := client.Do(ctx, wire.Operation{
		Name: "GetAuthorizationToken",
		Header: []wire.Field{
			{Name: "X-Amz-Target", Value: "SpencerFrontendService.GetAuthorizationToken"},
			{Name: "Content-Type", Value: "application/x-amz-json-1.1"},
		},
		Body: []byte("{}"),
	})
	if err != nil {
		return Token{}, answer, err
	}
	token, err := ParseToken(answer.Body, l.now())
	if err != nil {
		return Token{}, answer, fmt.Errorf("%w %s", err, client.Endpoint)
	}
	return token, answer, nil
}

// Identity is the ARN of whoever calls. A service that has no STS leaves it empty: a login does not depend on it.
func (l Login) Identity(ctx context.Context, client *wire.Client) string {
	arn, err := l.Settings.CallerIdentity(ctx, sts(client), client.Signer)
	if err != nil && l.Debug != nil {
		l.Debug("who this is could not be asked: %v", err)
	}
	return arn
}

func (l Login) now() time.Time {
	if l.Now != nil {
		return l.Now()
	}
	return time.Now()
}
