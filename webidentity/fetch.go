package webidentity

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Bounds of what a provider can send, and how long it may take for all of it.
const (
	maxDocument  = 1 << 20
	fetchTimeout = 5 * time.Second
)

// fetcher asks one provider. It follows no redirect, keeps no connection and no cookie, and speaks through a proxy only
// if one was configured for it: HTTP_PROXY of the environment was set for something else.
type fetcher struct {
	issuer    Issuer
	transport *http.Transport
}

func newFetcher(p Provider, i Issuer, c Config) (*fetcher, error) {
	roots, err := authorities(p.CA)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: fetchTimeout, Resolver: c.Resolver, Control: p.Reach.control}
	t := &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout: fetchTimeout, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
	}
	if c.Proxy != nil {
		// The proxy is where the operator says, and it resolves names itself: whom it reaches is its own to restrict.
		t.Proxy, dialer.Control = http.ProxyURL(c.Proxy), nil
	}
	return &fetcher{issuer: i, transport: t}, nil
}

// authorities are the system's, or the provider's own: a private authority has no business to vouch for others, and the
// public ones none to vouch for a private host.
func authorities(pem string) (*x509.CertPool, error) {
	if pem == "" {
		return nil, nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(pem)) {
		return nil, errors.New("the provider's CA file holds no certificate")
	}
	return roots, nil
}

// get reads one document, whole or not at all.
func (f *fetcher) get(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	r := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{
		"Accept": {"application/json"}, "User-Agent": {"octroid"}}}).WithContext(ctx)
	response, err := f.transport.RoundTrip(r) // not a Client: it would follow redirects
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w", address, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("asking %s: the answer is %d", address, response.StatusCode)
	}
	if coding := response.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, fmt.Errorf("asking %s: the answer is encoded, and nobody asked for that", address)
	}
	b, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w", address, err)
	}
	if len(b) > maxDocument {
		return nil, fmt.Errorf("asking %s: the answer is longer than %d bytes", address, maxDocument)
	}
	return b, nil
}
