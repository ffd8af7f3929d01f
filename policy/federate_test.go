package policy_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/policy"
)

// Who federates a user gives him tags by his own right: there is no role whose trust policy would have to say so.
func TestTagsOfAFederatedUser(t *testing.T) {
	req := policy.Request{Principal: alice, Action: "sts:TagSession", Resource: "arn:aws:sts::" + account + ":federated-user/guest"}
	may := of(t, policy.IdentityPolicy, v2012(allows("sts:TagSession", "*")))
	if d := policy.Evaluate(req, []policy.Source{may}); !d.Allowed() {
		t.Errorf("who may: %+v", d)
	}
	if d := policy.Evaluate(req, nil); d.Allowed() || d.PolicyType != policy.IdentityPolicy {
		t.Errorf("who may not: %+v", d)
	}
	req.Resource = aRole
	if d := policy.Evaluate(req, []policy.Source{may}); d.Allowed() || d.PolicyType != policy.TrustPolicy {
		t.Errorf("a role without a trust policy: %+v", d)
	}
}

func TestContextKeys(t *testing.T) {
	var c policy.Context
	c.SetCurrentTime(time.Unix(0, 0))
	c.Set("aws:SourceIp", "10.0.0.1")
	if diff := cmp.Diff([]string{"aws:currenttime", "aws:epochtime", "aws:sourceip"}, c.Keys()); diff != "" {
		t.Error(diff)
	}
}
