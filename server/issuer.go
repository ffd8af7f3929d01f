package server

import (
	"fmt"
	"net/url"

	"github.com/octroi/octroi/webidentity"
)

// checkIssuers refuses hosts of identity providers that no provider can have, and a proxy that is none.
func (c Config) checkIssuers() error {
	for _, host := range c.PrivateIssuers {
		i, err := webidentity.ParseIssuer("https://" + host)
		if err != nil || i.Name != i.Host {
			return fmt.Errorf("--allow-private-issuer %q is not a host[:port] in lower case", host)
		}
	}
	if c.IssuerProxy == "" {
		return nil
	}
	if u, err := url.Parse(c.IssuerProxy); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" {
		return fmt.Errorf("--issuer-proxy is not http(s)://host:port") // not repeated: it may hold a password
	}
	return nil
}

// tokens checks the tokens of identity providers.
func (s *Server) tokens() *webidentity.Verifier {
	c := webidentity.Config{Now: s.now, Log: s.log}
	if s.config.IssuerProxy != "" {
		c.Proxy, _ = url.Parse(s.config.IssuerProxy) // was checked
	}
	return webidentity.New(c)
}
