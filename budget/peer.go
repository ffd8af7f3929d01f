package budget

import "net/netip"

// Lengths of the networks that one budget is for: what one customer of a network is usually given.
const (
	network4 = 24
	network6 = 56
)

// Peer is the key of an address: the network that it is in, so that one who has many addresses has one budget. What is
// no address is a network of its own.
func Peer(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "peer?"
	}
	bits := network4
	if a = a.Unmap(); a.Is6() {
		bits = network6
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil { // the lengths fit
		return "peer?"
	}
	return "peer " + p.String()
}
