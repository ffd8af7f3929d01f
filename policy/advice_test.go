package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// TestAdvice follows each advice, and is then allowed, or told of the next thing that is lacking.
func TestAdvice(t *testing.T) {
	const foreign = "arn:aws:ecr-public::999999999999:repository/team"
	all, nothing := v2012(allows("*", "*")), v2012(allows("s3:*", "*"))
	for _, tc := range []struct {
		name             string
		who              principal.Principal
		action, resource string
		sources          []policy.Source
		want             string
		follow           policy.Type // where the statement goes
	}{
		{"identity", alice, put, team, nil, "Add to a policy of the user", policy.IdentityPolicy},
		{"identity, no resource", alice, token, "", nil, "Add to a policy of the user", policy.IdentityPolicy},
		{"identity, a star", alice, token, "*", nil, `"Resource":"*"`, policy.IdentityPolicy},
		{"identity, odd resource", alice, put, repository("a*b?c${d}<"), nil, `repository/a${*}b${?}c${$}{d}<"`, policy.IdentityPolicy},
		{"boundary", alice, put, team, []policy.Source{of(t, policy.IdentityPolicy, all), of(t, policy.PermissionsBoundary, nothing)}, "Add to the permissions boundary", policy.PermissionsBoundary},
		{"session", builder, put, team, []policy.Source{of(t, policy.IdentityPolicy, all), of(t, policy.SessionPolicy, nothing)}, "Begin the session without", policy.SessionPolicy},
		{"resource", builder, put, foreign, []policy.Source{of(t, policy.IdentityPolicy, all)}, `"Principal":{"AWS":"arn:aws:iam::123456789012:role/builder"}`, policy.ResourcePolicy},
		{"trust", alice, assume, aRole, []policy.Source{of(t, policy.IdentityPolicy, all)}, `"Principal":{"AWS":"arn:aws:iam::123456789012:user/team/alice"}`, policy.TrustPolicy},
		{"deny", alice, put, team, []policy.Source{of(t, policy.IdentityPolicy, v2012(denies("*", "*")))}, "Remove or narrow statement #1 of identity-based policy", 0},
		{"unreadable", alice, put, team, []policy.Source{{Type: policy.IdentityPolicy, Name: "broken"}}, "Repair or remove identity-based policy broken", 0},
		{"nobody", principal.Principal{}, put, team, nil, "Use the credentials of a user or role", 0},
		{"no action", alice, "PutImage", team, nil, "Name an action as vendor:name", 0},
		{"no resource", alice, put, "team", nil, `a resource as an ARN or "*"`, 0},
	} {
		req := policy.Request{Principal: tc.who, Action: tc.action, Resource: tc.resource}
		d := policy.Evaluate(req, tc.sources)
		advice := d.Advice(req)
		if d.Allowed() || !strings.Contains(advice, tc.want) {
			t.Errorf("%s: %+v, %s", tc.name, d, advice)
		}
		if tc.follow == 0 {
			continue
		}
		_, statement, _ := strings.Cut(advice, "\n")
		if strings.Contains(statement, "Principal") && strings.Contains(statement, "Resource") {
			t.Errorf("%s: %s", tc.name, statement)
		}
		sources := slices.DeleteFunc(tc.sources, func(s policy.Source) bool { return s.Type == tc.follow && tc.follow == policy.PermissionsBoundary })
		after := policy.Evaluate(req, append(sources, of(t, tc.follow, v2012(statement))))
		if !after.Allowed() || after.Advice(req) != "" {
			t.Errorf("%s: after %s: %+v", tc.name, statement, after)
		}
	}
}
