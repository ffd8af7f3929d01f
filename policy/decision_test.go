package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

func TestReasons(t *testing.T) {
	sources := inForce(t,
		v2012(allows(token, "*"), `{"Sid":"NoPush","Effect":"Deny","Action":"ecr-public:PutImage","Resource":"*"}`),
		v2012(`{"Sid":"","Effect":"Allow","Action":"sts:*","Resource":"*"}`, `{"Sid":"2","Effect":"Allow","Action":"ecr-public:*","Resource":"*"}`))
	for _, tc := range []struct {
		who              principal.Principal
		action, resource string
		want             policy.Decision
		effect, sentence string
	}{
		{
			alice, token, "", policy.Decision{Effect: policy.Allow, PolicyType: policy.IdentityPolicy, Policy: "policy1", Statement: "#1"}, "allowed",
			"User: arn:aws:iam::123456789012:user/team/alice is authorized to perform: ecr-public:GetAuthorizationToken on resource: * by statement #1 of an identity-based policy policy1",
		},
		{
			alice, "sts:GetServiceBearerToken", "*", policy.Decision{Effect: policy.Allow, PolicyType: policy.IdentityPolicy, Policy: "policy2", Statement: "#1"}, "allowed",
			"User: arn:aws:iam::123456789012:user/team/alice is authorized to perform: sts:GetServiceBearerToken on resource: * by statement #1 of an identity-based policy policy2",
		},
		{
			alice, "ecr-public:InitiateLayerUpload", team, policy.Decision{Effect: policy.Allow, PolicyType: policy.IdentityPolicy, Policy: "policy2", Statement: "2"}, "allowed",
			"User: arn:aws:iam::123456789012:user/team/alice is authorized to perform: ecr-public:InitiateLayerUpload on resource: " + team + " by statement 2 of an identity-based policy policy2",
		},
		{
			alice, put, team, policy.Decision{Effect: policy.ExplicitDeny, PolicyType: policy.IdentityPolicy, Policy: "policy1", Statement: "NoPush"}, "explicitDeny",
			"User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: ecr-public:PutImage on resource: " + team + " with an explicit deny in an identity-based policy",
		},
		{
			principal.Principal{}, "iam:CreateUser", "*", policy.Decision{PolicyType: policy.IdentityPolicy}, "implicitDeny",
			"User: anonymous is not authorized to perform: iam:CreateUser on resource: * because no identity-based policy allows the iam:CreateUser action",
		},
		{
			alice, "a:\n", "arn:\x1b[31m", policy.Decision{PolicyType: policy.IdentityPolicy}, "implicitDeny",
			`User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: "a:\n" on resource: "arn:\x1b[31m" because no identity-based policy allows the "a:\n" action`,
		},
	} {
		req := policy.Request{Principal: tc.who, Action: tc.action, Resource: tc.resource}
		got := policy.Evaluate(req, sources)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.action, diff)
		}
		if diff := cmp.Diff(tc.sentence, got.Sentence(req)); diff != "" || got.Effect.String() != tc.effect {
			t.Errorf("%s: %v %s", tc.action, got.Effect, diff)
		}
	}
}

func TestZeroDecisionDenies(t *testing.T) {
	req := policy.Request{Principal: alice, Action: put, Resource: team}
	const denied = "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: ecr-public:PutImage on resource: " + team
	for want, d := range map[string]policy.Decision{
		denied + " because no policy allows the ecr-public:PutImage action":  {},
		denied + " with an explicit deny in a policy":                        {Effect: policy.ExplicitDeny},
		denied + " because no policy allows the ecr-public:PutImage action ": {Effect: 77},
	} {
		if got := d.Sentence(req); d.Allowed() || got != want && got+" " != want {
			t.Errorf("%+v: %v, %s", d, d.Allowed(), got)
		}
	}
}

// TestSentences has every sentence of AWS's, word for word.
//
// Source: IAM User Guide, "Troubleshoot access denied error messages".
func TestSentences(t *testing.T) {
	const user = "User: arn:aws:sts::123456789012:assumed-role/builder/run7 is not authorized to perform: "
	nothing, all := v2012(allows("s3:*", "*")), of(t, policy.IdentityPolicy, v2012(allows("*", "*")))
	trusting := of(t, policy.TrustPolicy, v2012(granting(`"*"`, assume)))
	for _, tc := range []struct {
		action, resource string
		sources          []policy.Source
		want             string
	}{
		{put, team, nil, "because no identity-based policy allows the ecr-public:PutImage action"},
		{put, team, []policy.Source{all, of(t, policy.PermissionsBoundary, nothing)}, "because no permissions boundary allows the ecr-public:PutImage action"},
		{put, team, []policy.Source{all, of(t, policy.SessionPolicy, nothing)}, "because no session policy allows the ecr-public:PutImage action"},
		{put, "arn:aws:ecr-public::999999999999:repository/team", []policy.Source{all}, "because no resource-based policy allows the ecr-public:PutImage action"},
		{assume, aRole, []policy.Source{all}, "because no role trust policy allows the sts:AssumeRole action"},
		{put, team, []policy.Source{of(t, policy.IdentityPolicy, v2012(denies(put, "*")))}, "with an explicit deny in an identity-based policy"},
		{put, team, []policy.Source{all, of(t, policy.PermissionsBoundary, v2012(denies(put, "*")))}, "with an explicit deny in a permissions boundary"},
		{put, team, []policy.Source{all, of(t, policy.SessionPolicy, v2012(denies(put, "*")))}, "with an explicit deny in a sessions policy"},
		{put, team, []policy.Source{all, of(t, policy.ResourcePolicy, v2012(refusing(`"Principal":"*"`, put)))}, "with an explicit deny in a resource-based policy"},
		{assume, aRole, []policy.Source{all, trusting, of(t, policy.TrustPolicy, v2012(refusing(`"Principal":"*"`, assume)))}, "with an explicit deny in the role trust policy"},
	} {
		req := policy.Request{Principal: builder, Action: tc.action, Resource: tc.resource}
		d := policy.Evaluate(req, tc.sources)
		if got, want := d.Sentence(req), user+tc.action+" on resource: "+tc.resource+" "+tc.want; d.Allowed() || got != want {
			t.Errorf(" got %s\nwant %s", got, want)
		}
	}
	req := policy.Request{Principal: builder, Action: assume, Resource: aRole}
	const allowed = "User: arn:aws:sts::123456789012:assumed-role/builder/run7 is authorized to perform: "
	if got, want := policy.Evaluate(req, []policy.Source{all, trusting}).Sentence(req), allowed+"sts:AssumeRole on resource: "+aRole+" by statement #1 of a role trust policy role trust policy"; got != want {
		t.Error(got)
	}
	req.Action, req.Resource = "sts:GetCallerIdentity", ""
	if got, want := policy.Evaluate(req, nil).Sentence(req), allowed+"sts:GetCallerIdentity on resource: * without any policy"; got != want {
		t.Error(got)
	}
}
