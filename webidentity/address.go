package webidentity

import (
	"fmt"
	"net/netip"
	"syscall"
)

// Blocks of addresses that are not on the Internet, or that lead to others.
//
// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
var (
	special4 = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")
	global6 = prefixes("2000::/3") // all else is reserved, private (fc00::/7, fe80::/10, fec0::/10), or IPv4 in disguise
	// protocol assignments with Teredo, documentation, 6to4
	special6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

	// inside is where an internal provider may be. Link-local addresses are not: nothing but the metadata services of
	// clouds is found there, and these hand out credentials.
	inside = prefixes("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
	// metadata is that of Amazon's machines, in the private range.
	metadata = prefixes("fd00:ec2::/32")
)

func prefixes(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, t := range texts {
		all = append(all, netip.MustParsePrefix(t))
	}
	return all
}

func within(a netip.Addr, blocks []netip.Prefix) bool {
	for _, b := range blocks {
		if b.Contains(a) {
			return true
		}
	}
	return false
}

// public reports whether an address is one of the Internet's. IPv4 in IPv6 is taken for what it is; one that is
// translated on the way (NAT64, 6to4, Teredo) is not public, whatever it leads to.
func public(a netip.Addr) bool {
	a = a.Unmap()
	switch {
	case !a.IsValid() || a.Zone() != "":
		return false
	case a.Is4():
		return !within(a, special4)
	}
	return within(a, global6) && !within(a, special6)
}

// allows reports whether a provider of this reach may be at an address.
func (r Reach) allows(a netip.Addr) bool {
	if public(a) {
		return true
	}
	a = a.Unmap()
	return r == Internal && a.Zone() == "" && within(a, inside) && !within(a, metadata)
}

// control refuses a connection by the address that is about to be dialled: a name that was looked up before can lead
// elsewhere now.
func (r Reach) control(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dialling %q: no address", address)
	}
	if !r.allows(a.Addr()) {
		return fmt.Errorf("%s is no public address: register the provider as internal if it is meant", a.Addr())
	}
	return nil
}
