package awsconfig

import (
	"context"
	"encoding/xml"
	"net/url"
	"strconv"

	"github.com/octroi/octroi/wire"
)

// STS is where a Security Token Service is asked: at an address, or where the settings and the region have Amazon's.
type STS struct {
	Endpoint *wire.URL // nil for the settings' one
	Region   string
}

func (s *Settings) stsAt(at STS) (*wire.Client, error) {
	if at.Endpoint != nil {
		return s.client(*at.Endpoint, stsService, at.Region, wire.XMLFault)
	}
	u, signing, err := s.Endpoint(stsService, at.Region, nil)
	if err != nil {
		return nil, err
	}
	return s.client(u, stsService, signing, wire.XMLFault)
}

// CallerIdentity is the ARN of whoever signs.
//
// Source: STS API Reference, GetCallerIdentity: it needs no permission.
func (s *Settings) CallerIdentity(ctx context.Context, at STS, signer *wire.Credentials) (string, error) {
	client, err := s.stsAt(at)
	if err != nil {
		return "", err
	}
	client.Signer = signer
	client.Attempts = 1 // nothing depends on it
	answer, err := askQuery(ctx, client, "GetCallerIdentity", url.Values{})
	if err != nil {
		return "", err
	}
	var said struct {
		XMLName xml.Name `xml:"GetCallerIdentityResponse"`
		ARN     string   `xml:"GetCallerIdentityResult>Arn"`
	}
	if err := wire.StrictXML(answer.Body, &said); err != nil || !plainARN(said.ARN) {
		return "", &Error{Message: "Unable to parse response from STS: it is no GetCallerIdentityResponse", Cause: err}
	}
	return said.ARN, nil
}

// plainARN bounds what is shown to a person.
func plainARN(text string) bool {
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(text) > 0 && len(text) <= 2048
}

// Role is a role that is asked for without a profile that names it.
type Role struct {
	ARN        string
	ExternalID string // or empty
	STS        STS
}

// AssumeRole exchanges credentials for a role's, or finds those in the cache. Those of a service that is not Amazon's
// are kept apart: accounts of two services may have one number.
func (s *Settings) AssumeRole(ctx context.Context, r Role, from Source) (Credentials, error) {
	form := url.Values{"RoleArn": {r.ARN}}
	if r.ExternalID != "" {
		form.Set("ExternalId", r.ExternalID)
	}
	key := roleCacheKey(form)
	if r.STS.Endpoint != nil {
		key = hash(key + " " + r.STS.Endpoint.Scheme + " " + r.STS.Endpoint.Address())
	}
	key = hash(key + " " + s.profileName())
	if c, ok := s.cached("assume-role", key); ok {
		return c, nil
	}
	origin, err := from(ctx)
	if err != nil {
		return Credentials{}, err
	}
	client, err := s.stsAt(r.STS)
	if err != nil {
		return Credentials{}, err
	}
	client.Signer = &origin.Credentials
	form.Set("RoleSessionName", "octroi-session-"+strconv.FormatInt(s.now().Unix(), 10))
	c, err := s.exchange(ctx, client, "AssumeRole", form)
	if err != nil {
		return Credentials{}, err
	}
	c.Source = "assume-role"
	s.remember(key, c)
	return c, s.unexpired(c)
}
