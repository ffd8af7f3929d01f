package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/wire"
)

// usualRegion is the only region where Amazon gives tokens for its public registry.
const usualRegion = "us-east-1"

// Login is what a login needs to know beside its host.
type Login struct {
	Settings  *awsconfig.Settings
	Region    *string // as given; nil for the settings' one
	Endpoint  *string // --endpoint-url, or nil
	Store     Store
	UserAgent string
	Now       func() time.Time
	Debug     func(format string, args ...any)
}

// Result says what a login achieved.
type Result struct {
	Host    string
	User    string
	Key     string // access key id that was used
	Source  string // where it was found
	Expires time.Time
}

// Do gets a token for h, tries it at h, and stores it. A token that h refuses is not stored: it would replace
// one that works.
func (l Login) Do(ctx context.Context, h Host) (Result, error) {
	client, err := l.client(h)
	if err != nil {
		return Result{}, err
	}
	if !h.lends(client.Endpoint) {
		return Result{}, fmt.Errorf("%s gives tokens for Amazon's registry, and %s is not Amazon's: "+
			"leave the endpoint out, or log in to public.ecr.aws", client.Endpoint.Host, h.Name)
	}
	got, err := l.Settings.Credentials(ctx)
	if err != nil {
		return Result{}, err
	}
	client.Signer = &got.Credentials
	answer, err := client.Do(ctx, wire.Operation{
		Name: "GetAuthorizationToken",
		Header: []wire.Field{
			{Name: "X-Amz-Target", Value: "SpencerFrontendService.GetAuthorizationToken"},
			{Name: "Content-Type", Value: "application/x-amz-json-1.1"},
		},
		Body: []byte("{}"),
	})
	if err != nil {
		return Result{}, err
	}
	token, err := ParseToken(answer.Body, l.Now())
	if err != nil {
		return Result{}, fmt.Errorf("%w %s", err, client.Endpoint)
	}
	if err := l.try(ctx, client.Transport, h, token); err != nil {
		return Result{}, err
	}
	if err := l.Store.Put(ctx, h, token); err != nil {
		return Result{}, err
	}
	return Result{h.Name, token.User, got.AccessKeyID, got.Source, token.Expires}, nil
}

// client calls the service that speaks for h: the one that the user names, Amazon's, or h's own.
func (l Login) client(h Host) (*wire.Client, error) {
	s := l.Settings
	attempts, mode, err := s.Retries()
	if err != nil {
		return nil, err
	}
	region := usualRegion
	if l.Region != nil {
		region = *l.Region
	} else if configured, ok := s.ConfiguredRegion(); ok && !h.Amazon && configured != "" {
		region = configured
	}
	if !wire.ValidRegion(region) || region == "" {
		return nil, fmt.Errorf("the region %q is no region: want a form as in us-east-1", region)
	}
	given := l.Endpoint
	if given == nil && !h.Amazon && s.ConfiguredEndpoint(awsconfig.ECRPublic) == "" {
		origin := h.Origin()
		given = &origin
	}
	u, signing, err := s.Endpoint(awsconfig.ECRPublic, region, given)
	if err != nil {
		return nil, err
	}
	return &wire.Client{
		Transport: s.Transport(), Endpoint: u, Service: awsconfig.ECRPublic.Signing, Region: signing,
		Attempts: attempts, Mode: mode, UserAgent: l.UserAgent, Debug: l.Debug,
	}, nil
}

// try shows the token to the registry. Amazon's takes it only as Bearer, ours as Bearer and as Basic.
func (l Login) try(ctx context.Context, transport *wire.Transport, h Host, t Token) error {
	u, err := wire.ParseURL(h.Origin() + "/v2/")
	if err != nil {
		return err
	}
	answer, err := transport.RoundTrip(ctx, wire.Request{Method: http.MethodGet, URL: u, Header: []wire.Field{
		{Name: "Host", Value: u.HostHeader()},
		{Name: "User-Agent", Value: l.UserAgent},
		{Name: "Authorization", Value: "Bearer " + t.Whole.Reveal()},
	}})
	switch {
	case err != nil:
		return fmt.Errorf("got a token, but the registry cannot be reached: %w", err)
	case answer.Status == http.StatusOK:
		return nil
	case answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden:
		return fmt.Errorf("got a token, but the registry at %s refuses it (status %d): does the endpoint belong to this host?", h.Name, answer.Status)
	}
	return fmt.Errorf("got a token, but %s does not answer as a registry (status %d at /v2/)", h.Name, answer.Status)
}

// Line is the result for a person.
func (r Result) Line() string {
	return fmt.Sprintf("%s: logged in as %s with key %s (%s), until %s",
		r.Host, r.User, r.Key, r.Source, r.Expires.UTC().Format("2006-01-02 15:04 UTC"))
}

// Advice adds what to do to an error that does not say so.
func Advice(err error) error {
	var refused *wire.ServiceError
	var missing *awsconfig.Error
	switch {
	case errors.As(err, &missing) && missing.Kind == awsconfig.KindNoCredentials:
		return fmt.Errorf("%w For an octroi service, set AWS_SHARED_CREDENTIALS_FILE to its credentials file", err)
	case errors.As(err, &refused) && strings.HasPrefix(refused.Code, "AccessDenied"):
		return fmt.Errorf("%w (a login needs ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken)", err)
	}
	return err
}
