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
