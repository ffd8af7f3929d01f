package policy_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// TestSetters: each sets the keys that it names, in the form that conditions read.
func TestSetters(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	for _, tc := range []struct {
		name string
		set  func(*policy.Context)
		want map[string][]string
	}{
		{"SetSourceIP", func(c *policy.Context) { c.SetSourceIP(netip.MustParseAddr("::ffff:10.0.0.1")) }, map[string][]string{"aws:SourceIp": {"10.0.0.1"}}},
		{"SetSourceIP with a zone", func(c *policy.Context) { c.SetSourceIP(netip.MustParseAddr("fe80::1%eth0")) }, map[string][]string{"aws:SourceIp": {"fe80::1"}}},
		{"SetCurrentTime", func(c *policy.Context) { c.SetCurrentTime(at) }, map[string][]string{"aws:CurrentTime": {"2026-01-02T02:04:05Z"}, "aws:EpochTime": {"1767319445"}}},
		{"SetTransport", func(c *policy.Context) { c.SetTransport(policy.TLS) }, map[string][]string{"aws:SecureTransport": {"true"}}},
		{"SetTransport without TLS", func(c *policy.Context) { c.SetTransport(policy.PlainText) }, map[string][]string{"aws:SecureTransport": {"false"}}},
		{"SetUserAgent", func(c *policy.Context) { c.SetUserAgent("a b") }, map[string][]string{"aws:UserAgent": {"a b"}}},
		{"SetUserAgent without one", func(c *policy.Context) { c.SetUserAgent("") }, map[string][]string{"aws:UserAgent": nil}},
		{"SetRequestedRegion", func(c *policy.Context) { c.SetRequestedRegion("us-east-1") }, map[string][]string{"aws:RequestedRegion": {"us-east-1"}}},
		{"SetTokenIssueTime", func(c *policy.Context) { c.SetTokenIssueTime(at) }, map[string][]string{"aws:TokenIssueTime": {"2026-01-02T02:04:05Z"}}},
		{"SetSourceIdentity", func(c *policy.Context) { c.SetSourceIdentity("bob") }, map[string][]string{"aws:SourceIdentity": {"bob"}}},
		{"SetPrincipalTag", func(c *policy.Context) { c.SetPrincipalTag("Team", "") }, map[string][]string{"aws:PrincipalTag/team": {""}}},
		{"SetRequestTag", func(c *policy.Context) { c.SetRequestTag("a b", "c") }, map[string][]string{"aws:RequestTag/a b": {"c"}}},
		{"SetTagKeys", func(c *policy.Context) { c.SetTagKeys("a", "b") }, map[string][]string{"aws:TagKeys": {"a", "b"}}},
		{"SetTagKeys without any", func(c *policy.Context) { c.SetTagKeys() }, map[string][]string{"aws:TagKeys": nil}},
		{"SetRepositoryTag", func(c *policy.Context) { c.SetRepositoryTag("a", "b") }, map[string][]string{"aws:ResourceTag/a": {"b"}, "ecr-public:ResourceTag/a": {"b"}, "ecr:ResourceTag/a": {"b"}}},
		{"SetIdentityTag", func(c *policy.Context) { c.SetIdentityTag("a", "b") }, map[string][]string{"aws:ResourceTag/a": {"b"}, "iam:ResourceTag/a": {"b"}}},
		{"SetBearer", func(c *policy.Context) { c.SetBearer("ecr-public.amazonaws.com", 12*time.Hour) }, map[string][]string{"sts:AWSServiceName": {"ecr-public.amazonaws.com"}, "sts:DurationSeconds": {"43200"}}},
		{"SetSession", func(c *policy.Context) { c.SetSession(policy.Session{Name: "run7", TransitiveTagKeys: []string{"a"}}) }, map[string][]string{"sts:RoleSessionName": {"run7"}, "sts:ExternalId": nil, "sts:SourceIdentity": nil, "sts:TransitiveTagKeys": {"a"}}},
		{"SetClaim", func(c *policy.Context) { c.SetClaim("ci.example.com/id/7", "amr", "a", "b") }, map[string][]string{"ci.example.com/id/7:amr": {"a", "b"}}},
		{"SetPolicyARN", func(c *policy.Context) { c.SetPolicyARN("arn:aws:iam::aws:policy/x") }, map[string][]string{"iam:PolicyARN": {"arn:aws:iam::aws:policy/x"}}},
		{"SetPermissionsBoundary", func(c *policy.Context) { c.SetPermissionsBoundary("arn:aws:iam::aws:policy/x") }, map[string][]string{"iam:PermissionsBoundary": {"arn:aws:iam::aws:policy/x"}}},
	} {
		var c policy.Context
		tc.set(&c)
		for key, want := range tc.want {
			got, ok := c.Get(key)
			if diff := cmp.Diff(want, got); diff != "" || !ok {
				t.Errorf("%s: %s: %s", tc.name, key, diff)
			}
			// a document may ask for it
			document(t, v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"`+key+`":"false"}}}`))
		}
	}
}

// TestImplied: what the principal and the resource say, and no context can.
func TestImplied(t *testing.T) {
	var lies policy.Context
	keys := []string{"aws:username", "aws:userid", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:FederatedProvider", "aws:ResourceAccount", "aws:PrincipalIsAWSService", "aws:ViaAWSService", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"}
	for _, key := range keys {
		lies.Set(key, "mallory")
	}
	session := builder
	session.Provider = provider
	for _, tc := range []struct {
		who      principal.Principal
		resource string
		owner    string
		want     []string // in the order of keys; empty is missing
	}{
		{principal.Principal{}, "*", "", []string{"", "", "", "", "Anonymous", "", "", "false", "false", "", ""}},
		{principal.Principal{Kind: 77, Account: account, ID: "x", Name: "x"}, "*", "", []string{"", "", "", "", "", "", account, "false", "false", "", ""}},
		{alice, team, "", []string{"alice", alice.ID, account, alice.ARN(), "User", "", account, "false", "false", "", ""}},
		{alice, "arn:aws:ecr-public::" + elsewhere + ":repository/x", "", []string{"alice", alice.ID, account, alice.ARN(), "User", "", elsewhere, "false", "false", "", ""}},
		{alice, "arn:aws:s3:::bucket", elsewhere, []string{"alice", alice.ID, account, alice.ARN(), "User", "", elsewhere, "false", "false", "", ""}},
		{session, team, "", []string{"", builder.ID + ":run7", account, builder.RoleARN(), "AssumedRole", provider, account, "false", "false", "", ""}},
		{guest, team, "", []string{"", account + ":guest", account, guest.ARN(), "FederatedUser", "", account, "false", "false", "", ""}},
		{root, team, "", []string{"", account, account, root.ARN(), "Account", "", account, "false", "false", "", ""}},
		{ci, team, "", []string{"", "", "", "", "", provider, account, "false", "false", "", ""}},
	} {
		for i, key := range keys {
			condition := `{"Null":{"` + key + `":"true"}}`
			if tc.want[i] != "" {
				condition = `{"StringEquals":{"` + key + `":"` + tc.want[i] + `"}}`
			}
			req := policy.Request{Principal: tc.who, Action: put, Resource: tc.resource, ResourceAccount: tc.owner, Context: lies}
			sources := inForce(t, v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":`+condition+`}`))
			if d := policy.Evaluate(req, sources); d.Effect != policy.ExplicitDeny {
				t.Errorf("%s: %s is not %q", tc.who, key, tc.want[i])
			}
		}
	}
}

func TestHostileP05(t *testing.T) {
	bearer := func(service string, lifetime time.Duration) policy.Context {
		var c policy.Context
		c.SetBearer(service, lifetime)
		return c
	}
	const action = "sts:GetServiceBearerToken"
	with := func(condition string) []row {
		text := v2012(`{"Effect":"Allow","Action":"` + action + `","Resource":"*","Condition":` + condition + `}`)
		return []row{{"P05", []string{text}, []outcome{allow(action, "*")}}, {"P05 another action", []string{text}, []outcome{none(token, "*")}}}
	}
	without := func(condition string) []row {
		rows := with(condition)[:1]
		rows[0].outcomes = []outcome{none(action, "*")}
		return rows
	}
	ours := bearer("ecr-public.amazonaws.com", 12*time.Hour)
	const service = `{"StringEquals":{"sts:AWSServiceName":"ecr-public.amazonaws.com"}}`
	const short = `{"NumericLessThanEquals":{"sts:DurationSeconds":"3600"}}`
	const long = `{"NumericLessThanEquals":{"sts:DurationSeconds":43200}}`
	judge(t, alice, ours, with(service))
	judge(t, alice, ours, with(long))
	judge(t, alice, ours, without(short))
	judge(t, alice, ours, without(`{"StringEquals":{"sts:AWSServiceName":"codeartifact.amazonaws.com"}}`))
	judge(t, alice, bearer("codeartifact.amazonaws.com", time.Hour), without(service))
	judge(t, alice, policy.Context{}, without(service))
	judge(t, alice, policy.Context{}, without(long))
}
