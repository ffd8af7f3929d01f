package webidentity

import "net/netip"

// KeyAddress is where a provider's discovery document says that its keys are.
func KeyAddress(i Issuer, text []byte) (string, error) {
	return (&fetcher{issuer: i}).keyAddress(text)
}

// Allows reports whether a provider of this reach may be at an address.
func Allows(r Reach, a netip.Addr) bool { return r.allows(a) }
