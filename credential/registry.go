package credential

import (
	"context"
	"fmt"
	"net/http"

	"github.com/octroi/octroi/wire"
)

// Registry asks one registry, and only it: the transport follows no redirect.
type Registry struct {
	Transport *wire.Transport
	Host      Host
	UserAgent string
}

// Get asks for a path below the registry's origin. login is the whole token, or empty for nobody.
func (r Registry) Get(ctx context.Context, method, path, login string) (wire.Response, error) {
	u, err := wire.ParseURL(r.Host.Origin() + path)
	if err != nil {
		return wire.Response{}, err
	}
	header := []wire.Field{
		{Name: "Host", Value: u.HostHeader()},
		{Name: "User-Agent", Value: r.UserAgent},
		{Name: "Accept", Value: manifestTypes},
	}
	if login != "" { // Amazon's takes it only as Bearer, ours as Bearer and as Basic
		header = append(header, wire.Field{Name: "Authorization", Value: "Bearer " + login})
	}
	return r.Transport.RoundTrip(ctx, wire.Request{Method: method, URL: u, Header: header})
}

const manifestTypes = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, " +
	"application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json, application/json"

// Ping asks the registry what it asks for, as nobody, and refuses a realm that is not its own.
func (r Registry) Ping(ctx context.Context) (Challenge, error) {
	answer, err := r.Get(ctx, http.MethodGet, "/v2/", "")
	if err != nil {
		return Challenge{}, fmt.Errorf("the registry cannot be reached: %w", err)
	}
	all := ParseChallenges(answer.Header)
	if answer.Status != http.StatusUnauthorized && answer.Status != http.StatusOK {
		return Challenge{}, fmt.Errorf("%s does not answer as a registry (status %d at /v2/)", r.Host.Name, answer.Status)
	}
	var first Challenge
	for i, c := range all {
		if err := c.Check(r.Host); err != nil {
			return c, err
		}
		if i == 0 || c.Scheme == "bearer" { // which is what docker takes
			first = c
		}
	}
	return first, nil
}

// Try shows the token to the registry.
func (r Registry) Try(ctx context.Context, t Token) error {
	answer, err := r.Get(ctx, http.MethodGet, "/v2/", t.Whole.Reveal())
	switch {
	case err != nil:
		return fmt.Errorf("the registry cannot be reached: %w", err)
	case answer.Status == http.StatusOK:
		return nil
	case answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden:
		return fmt.Errorf("the registry at %s refuses it (status %d): does the endpoint belong to this host?", r.Host.Name, answer.Status)
	}
	return fmt.Errorf("%s does not answer as a registry (status %d at /v2/)", r.Host.Name, answer.Status)
}
