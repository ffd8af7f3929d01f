package server

import (
	"net"
	"net/netip"
	"time"

	"github.com/octroi/octroi/budget"
)

// mixedTime is how long it is remembered that connections came of more than one network.
const mixedTime = time.Minute

// crowds reports a newcomer for whom nobody else shall wait: there is no room, and its network has more than half. Where all
// come of one network, as behind one gateway, it waits.
func (l *limitedListener) crowds(newcomer *limitedConnection) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taken >= l.room && l.crowd != "" && l.crowd == newcomer.network && time.Since(l.mixed) < mixedTime
}

// count counts a network's connections with requests.
func (l *limitedListener) count(c *limitedConnection, by int) {
	if c.network == "" {
		return
	}
	n := l.of[c.network] + by
	if l.of[c.network] = n; n == 0 {
		delete(l.of, c.network)
	}
	switch {
	case n > l.room/2:
		l.crowd = c.network
	case l.crowd == c.network:
		l.crowd = ""
	}
}

// network is the one that an address is in; empty for a listed proxy.
func (l *limitedListener) network(from net.Addr) string {
	address, err := netip.ParseAddrPort(from.String())
	if err == nil && l.trusted.trust(address.Addr().Unmap()) {
		return ""
	}
	return budget.Peer(address.Addr().String())
}
