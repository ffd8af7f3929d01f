package server

import (
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/octroi/octroi/budget"
)

// handshakes bounds what networks can make the service do before there is a request: how many TLS handshakes one
// begins in a second, and how many of its connections have not come as far as a request yet.
//
// A connection beyond that is closed before a byte of it is read. To refuse it at its ClientHello, with an alert, would
// be kinder, and would have the service read and parse for whoever floods; to let it wait would keep the files.
type handshakes struct {
	begun   *budget.Table
	most    int // unfinished, of a network; zero: no limit
	trusted proxies
	refused atomic.Uint64

	mu         sync.Mutex
	unfinished map[string]int // by network; one without any has no entry
}

func newHandshakes(l Limits, trusted proxies) *handshakes {
	return &handshakes{begun: budget.New(l.HandshakeRate, l.HandshakeBurst), most: l.Handshakes, trusted: trusted, unfinished: map[string]int{}}
}

// begin reports whether an address may begin a handshake. If so, end is to be called when that is over, once. A listed
// proxy brings everybody's, and limits them itself.
func (h *handshakes) begin(from net.Addr) (end func(), ok bool) {
	address, err := netip.ParseAddrPort(from.String())
	if err == nil && h.trusted.trust(address.Addr().Unmap()) {
		return func() {}, true
	}
	peer := budget.Peer(address.Addr().String())
	h.mu.Lock()
	full := h.most > 0 && h.unfinished[peer] >= h.most
	if !full {
		h.unfinished[peer]++
	}
	h.mu.Unlock()
	if full {
		h.refused.Add(1)
		return nil, false
	}
	if _, ok := h.begun.Take(peer); !ok {
		h.refused.Add(1)
		h.end(peer)
		return nil, false
	}
	return sync.OnceFunc(func() { h.end(peer) }), true
}

func (h *handshakes) end(peer string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unfinished[peer]--; h.unfinished[peer] <= 0 {
		delete(h.unfinished, peer)
	}
}

// secureListener is the listener with TLS.
type secureListener struct {
	*limitedListener
	config     *tls.Config
	handshakes *handshakes
}

// Accept gives connections whose handshake may begin. It does not shake hands: the goroutine of the connection does.
func (l *secureListener) Accept() (net.Conn, error) {
	for {
		c, err := l.limitedListener.accept(l.handshakes.begin)
		if err != nil {
			return nil, err
		}
		if c != nil {
			return tls.Server(c, l.config), nil
		}
	}
}
