package server

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/octroi/octroi/policy"
)

// proxies are the peers whose X-Forwarded-For is believed.
type proxies []netip.Prefix

func parseProxies(texts []string) (proxies, error) {
	var all proxies
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, fmt.Errorf("trustedProxies: %q is not an address prefix, as 10.0.0.0/8", t)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func (p proxies) trust(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// source is the address that a request came from: the peer's, or, behind a trusted proxy, the rightmost address of
// X-Forwarded-For that is no trusted proxy. What a peer that is not listed says about itself is ignored, and so is
// everything left of an entry that is no address.
func (p proxies) source(r *http.Request, peer netip.Addr) string {
	address := peer
	switch {
	case !peer.IsValid():
		return ""
	case !p.trust(peer):
		return peer.String()
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil || hop.Zone() != "" { // a zone is a word of that machine's, of any characters
			break
		}
		address = hop.Unmap()
		if !p.trust(address) {
			break
		}
	}
	return address.String()
}

// peerOf is the address that the connection came from; the zero Addr for one that has none.
func peerOf(r *http.Request) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	return peer.Addr().Unmap()
}

// transport is how the request came: over TLS to us, or to a trusted proxy that says so.
func (p proxies) transport(r *http.Request, peer netip.Addr) policy.Transport {
	if r.TLS != nil {
		return policy.TLS
	}
	proto := r.Header["X-Forwarded-Proto"]
	if peer.IsValid() && p.trust(peer) && len(proto) == 1 && proto[0] == "https" {
		return policy.TLS
	}
	return policy.PlainText
}
