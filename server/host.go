package server

import (
	"net"
	"net/url"
	"strings"
)

// names knows how clients may call this service: a signature made for another host is not for us, and no answer
// repeats a host that is not here.
type names struct {
	scheme   string
	external string              // the base URL that answers name
	known    map[string]struct{} // host[:port], lower case
}

func newNames(c Config, listening net.Addr) names {
	n := names{scheme: "http", known: map[string]struct{}{}}
	if c.TLSCert != "" {
		n.scheme = "https"
	}
	address := listening.String()
	n.external = n.scheme + "://" + address
	n.add(address)
	host, port, err := net.SplitHostPort(address)
	if err == nil && loopback(host) {
		for _, h := range []string{"localhost", "127.0.0.1", "::1"} {
			n.add(net.JoinHostPort(h, port))
		}
	}
	if u, err := url.Parse(c.ExternalURL); err == nil && u.Host != "" {
		n.external = u.Scheme + "://" + u.Host
		n.add(u.Host)
	}
	for _, h := range c.Hosts {
		n.add(h)
	}
	return n
}

func (n names) add(host string) { n.known[strings.ToLower(host)] = struct{}{} }

// accepts reports whether a Host header names this service.
func (n names) accepts(host string) bool {
	_, ok := n.known[strings.ToLower(host)]
	return ok
}

// base is the URL under which answers name this service to a client that called it by host. A listed name is kept:
// clients refuse a token realm on another host than the one they called. Any other name gets the external URL.
func (n names) base(host string) string {
	u, err := url.Parse(n.external)
	if err != nil || !n.accepts(host) {
		return n.external
	}
	return u.Scheme + "://" + strings.ToLower(host)
}
