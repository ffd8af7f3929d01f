package server

import (
	"net"
	"net/url"
	"strings"
)

// names knows how clients may call this service: a signature made for another host is not for us, and no answer
// repeats a host that is not here.
type names struct {
	external string            // the base URL that answers name
	known    map[string]string // of a host[:port] in lower case, the base URL for those who call it so
}

func newNames(c Config, listening net.Addr) names {
	scheme, address := "http", listening.String()
	if c.TLSCert != "" {
		scheme = "https"
	}
	external, hosts := address, append([]string{address}, c.Hosts...)
	host, port, err := net.SplitHostPort(address)
	if err == nil && loopback(host) {
		for _, h := range []string{"localhost", "127.0.0.1", "::1"} {
			hosts = append(hosts, net.JoinHostPort(h, port))
		}
	}
	if u, err := url.Parse(c.ExternalURL); err == nil && u.Host != "" {
		scheme, external, hosts = u.Scheme, u.Host, append(hosts, u.Host)
	}
	n := names{external: scheme + "://" + external, known: map[string]string{}}
	for _, h := range hosts {
		h = strings.ToLower(h)
		n.known[h] = scheme + "://" + h
	}
	return n
}

// accepts reports whether a Host header names this service.
func (n names) accepts(host string) bool {
	_, ok := n.known[strings.ToLower(host)]
	return ok
}

// base is the URL under which answers name this service to a client that called it by host. A listed name is kept:
// clients refuse a token realm on another host than the one they called. Any other name gets the external URL.
func (n names) base(host string) string {
	if base, ok := n.known[strings.ToLower(host)]; ok {
		return base
	}
	return n.external
}
