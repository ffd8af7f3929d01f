package webidentity

import (
	"context"
	"fmt"
	"net/url"

	"github.com/octroi/octroi/internal/strictjson"
)

const discoveryPath = "/.well-known/openid-configuration"

// keyHosts are the providers whose keys are on another host than they are, as their documentation says. For every
// other one, keys on another host are somebody else's keys: GitHub, GitLab, EKS and Entra have theirs where they are. A
// Kubernetes API server that announces another address for its keys is told to announce its own
// (--service-account-jwks-uri), or its keys are given as a file.
//
// Source: Google Identity, "OpenID Connect", Discovery document.
var keyHosts = map[string]string{"accounts.google.com": "www.googleapis.com"}

var documentLimits = strictjson.Limits{Depth: 16, Members: 10_000, String: 64 << 10}

// keys asks the provider where its keys are, and then for them.
//
// Source: OpenID Connect Discovery 1.0 section 4.
func (f *fetcher) keys(ctx context.Context) (keys, error) {
	text, err := f.get(ctx, f.issuer.URL()+discoveryPath)
	if err != nil {
		return nil, err
	}
	address, err := f.keyAddress(text)
	if err != nil {
		return nil, err
	}
	if text, err = f.get(ctx, address); err != nil {
		return nil, err
	}
	return parseKeys(text)
}

// keyAddress is jwks_uri of the discovery document, if the document is this provider's.
func (f *fetcher) keyAddress(text []byte) (string, error) {
	v, err := strictjson.Parse(text, documentLimits)
	if err != nil {
		return "", fmt.Errorf("the discovery document of %s: %w", f.issuer.Name, err)
	}
	if issuer, _ := v.Member("issuer"); issuer.Text() != f.issuer.URL() {
		return "", fmt.Errorf("the discovery document of %s is another issuer's", f.issuer.Name)
	}
	address, _ := v.Member("jwks_uri")
	u, err := url.Parse(address.Text())
	if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return "", fmt.Errorf("the discovery document of %s: jwks_uri is no https URL", f.issuer.Name)
	}
	if u.Host != f.issuer.Host && (keyHosts[f.issuer.Name] == "" || u.Host != keyHosts[f.issuer.Name]) {
		return "", fmt.Errorf("the discovery document of %s has its keys on another host, %q", f.issuer.Name, u.Host)
	}
	return u.String(), nil
}
