package awsconfig

import (
	"cmp"
	"context"
	"encoding/xml"
	"net/url"
	"strings"

	"github.com/octroi/octroi/wire"
)

// askSTS asks the Security Token Service for a role's credentials. STS is regional; a partition's global
// pseudo-region asks the global one.
func (s *Settings) askSTS(ctx context.Context, action string, form url.Values, signer *wire.Credentials) (Credentials, error) {
	client, err := s.stsClient(ctx)
	if err != nil {
		return Credentials{}, cmp.Or(checkForm(form), err)
	}
	client.Signer = signer
	return s.exchange(ctx, client, action, form)
}

// exchange asks for a role's credentials.
func (s *Settings) exchange(ctx context.Context, client *wire.Client, action string, form url.Values) (Credentials, error) {
	if err := checkForm(form); err != nil {
		return Credentials{}, err
	}
	answer, err := askQuery(ctx, client, action, form)
	if err != nil {
		return Credentials{}, err
	}
	return ParseSTS(action, answer.Body)
}

// askQuery calls an operation of a Query service.
func askQuery(ctx context.Context, client *wire.Client, action string, form url.Values) (wire.Response, error) {
	form.Set("Action", action)
	form.Set("Version", "2011-06-15")
	return client.Do(ctx, wire.Operation{
		Name:   action,
		Header: []wire.Field{{Name: "Content-Type", Value: "application/x-www-form-urlencoded; charset=utf-8"}},
		Body:   []byte(form.Encode()),
	})
}

func (s *Settings) stsClient(ctx context.Context) (*wire.Client, error) {
	region, err := s.Region(ctx)
	if err != nil {
		return nil, err
	}
	if region == "aws-global" && s.ConfiguredEndpoint(stsService) == "" {
		u, err := wire.ParseURL("https://sts.amazonaws.com/")
		if err != nil {
			return nil, err
		}
		return s.client(u, stsService, "us-east-1", wire.XMLFault)
	}
	u, signing, err := s.Endpoint(stsService, region, nil)
	if err != nil {
		return nil, err
	}
	return s.client(u, stsService, signing, wire.XMLFault)
}

// client is one for a service on the way to credentials. It takes roots and proxies from the settings alone:
// --no-verify-ssl is meant for the endpoint that --endpoint-url names, not for STS.
func (s *Settings) client(u wire.URL, service Service, region string, fault wire.Fault) (*wire.Client, error) {
	attempts, mode, err := s.Retries()
	if err != nil {
		return nil, err
	}
	return &wire.Client{
		Transport: s.Transport(), Endpoint: u, Service: service.Signing, Region: region,
		Attempts: attempts, Mode: mode, UserAgent: s.request.UserAgent, Fault: fault,
		Now: s.request.Now, Debug: s.request.Debug,
	}, nil
}

// stsCredentials is STS's Credentials structure.
type stsCredentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string `xml:"SecretAccessKey"`
	SessionToken    string `xml:"SessionToken"`
	Expiration      string `xml:"Expiration"`
}

// ParseSTS reads the answer to an AssumeRole operation: exactly one XML document, with the credentials in the
// place that the action gives them.
func ParseSTS(action string, body []byte) (Credentials, error) {
	var answer struct {
		XMLName     xml.Name
		Role        *stsCredentials `xml:"AssumeRoleResult>Credentials"`
		WebIdentity *stsCredentials `xml:"AssumeRoleWithWebIdentityResult>Credentials"`
		RoleARN     string          `xml:"AssumeRoleResult>AssumedRoleUser>Arn"`
		WebARN      string          `xml:"AssumeRoleWithWebIdentityResult>AssumedRoleUser>Arn"`
	}
	if err := wire.StrictXML(body, &answer); err != nil || answer.XMLName.Local != action+"Response" {
		return Credentials{}, &Error{Message: "Unable to parse response from STS: it is no " + action + "Response", Cause: err}
	}
	c, arn := answer.Role, answer.RoleARN
	if action == "AssumeRoleWithWebIdentity" {
		c, arn = answer.WebIdentity, answer.WebARN
	}
	if c == nil || c.AccessKeyID == "" || c.SecretAccessKey == "" || c.SessionToken == "" {
		return Credentials{}, failed("Unable to parse response from STS: it holds no credentials")
	}
	got := credentials("sts", c.AccessKeyID, c.SecretAccessKey, c.SessionToken)
	expires, err := parseTime(strings.TrimSpace(c.Expiration))
	if err != nil {
		return Credentials{}, err
	}
	got.Expires, got.ARN = expires, arn
	return got, nil
}
