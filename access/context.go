package access

import (
	"net/netip"

	"github.com/octroi/octroi/policy"
)

// context holds what conditions can ask of a call: where it comes from, when, how, and what its operation adds.
//
// Source: IAM User Guide, "AWS global condition context keys", properties of the request.
func (c *Control) context(call *Call) policy.Context {
	var keys policy.Context
	keys.SetCurrentTime(c.Now())
	if a, err := netip.ParseAddr(call.SourceAddress); err == nil {
		keys.SetSourceIP(a)
	}
	if call.Transport != "" {
		keys.SetTransport(call.Transport)
	}
	if call.UserAgent != "" {
		keys.SetUserAgent(call.UserAgent)
	}
	if call.Region != "" {
		keys.SetRequestedRegion(call.Region)
	}
	if call.Conditions != nil {
		call.Conditions(&keys)
	}
	return keys
}
