package budget_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/octroi/octroi/budget"
)

// FuzzPeer: one network has one budget, however its address is spelled.
func FuzzPeer(f *testing.F) {
	for _, seed := range []string{"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "fe80::1%eth0", "::ffff:10.0.0.1%z", "", "x", "192.0.2.256", "1.2.3.4:80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := budget.Peer(text)
		a, err := netip.ParseAddr(text)
		if (err != nil) != (key == "peer?") || strings.ContainsAny(key, "%\n") {
			t.Fatalf("%q has the budget %q", text, key)
		}
		if err == nil && budget.Peer(a.Unmap().WithZone("").StringExpanded()) != key {
			t.Fatalf("%q has two budgets", text)
		}
	})
}
