package awsconfig

import (
	"strings"

	"github.com/octroi/octroi/wire"
)

// Service is what has to be known of an AWS service to find its endpoint.
type Service struct {
	ID      string // as in configuration, lower case with underscores: ecr_public
	Prefix  string // the host's part before the region: api.ecr-public
	Signing string // the name in the credential scope: ecr-public
}

// ECRPublic is Amazon ECR Public.
var ECRPublic = Service{"ecr_public", "api.ecr-public", "ecr-public"}

var (
	stsService  = Service{"sts", "sts", "sts"}
	ssoService  = Service{"sso", "portal.sso", "awsssoportal"}
	oidcService = Service{"sso_oidc", "oidc", "sso-oauth"}
)

// ConfiguredEndpoint is the endpoint URL that the settings give for a service, or "": the service's variable,
// the general variable, the profile's services section, the profile's endpoint_url.
//
// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
func (s *Settings) ConfiguredEndpoint(service Service) string {
	if s.True("ignore_configured_endpoint_urls") {
		return ""
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + strings.ToUpper(service.ID), "AWS_ENDPOINT_URL"} {
		if value := s.environ(name); value != "" {
			return value
		}
	}
	if name, ok := s.keys.value["services"]; ok {
		if block := s.files.services[name]; block != nil && block.nested[service.ID]["endpoint_url"] != "" {
			return block.nested[service.ID]["endpoint_url"]
		}
	}
	return s.keys.value["endpoint_url"]
}

// Endpoint is where to call a service, and the region to sign for. given is --endpoint-url, or nil. A URL of
// another scheme than http and https, or with a query, is passed over as the AWS CLI does, and the service's
// own endpoint is used.
func (s *Settings) Endpoint(service Service, region string, given *string) (u wire.URL, signing string, err error) {
	text := s.ConfiguredEndpoint(service)
	if given != nil {
		text = *given
	}
	if text != "" && !ignored(text) {
		u, err = wire.ParseURL(text)
		return u, region, err
	}
	return wire.Endpoint(service.Prefix, region, s.Variant())
}

func ignored(text string) bool {
	scheme, rest, ok := strings.Cut(text, ":")
	scheme = strings.ToLower(scheme)
	rest, _, _ = strings.Cut(rest, "#")
	_, query, _ := strings.Cut(rest, "?")
	return !ok || scheme != "http" && scheme != "https" || query != ""
}

// Transport is how to reach AWS: with the environment's proxies and the roots that the settings name.
func (s *Settings) Transport() *wire.Transport {
	bundle, _ := s.Get("ca_bundle")
	if bundle == "" {
		bundle = s.environ("REQUESTS_CA_BUNDLE")
	}
	return &wire.Transport{
		Connect: s.request.Connect,
		Read:    s.request.Read,
		Proxies: wire.ProxiesFrom(s.request.Environ),
		Roots: wire.Roots{
			Bundle: bundle, CertFile: s.environ("SSL_CERT_FILE"), CertDir: s.environ("SSL_CERT_DIR"),
		},
	}
}
