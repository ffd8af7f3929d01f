package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

func webRequest(who principal.Principal) policy.Request {
	req := policy.Request{Principal: who, Action: "sts:AssumeRoleWithWebIdentity", Resource: aRole}
	req.Context.SetClaim("token.actions.githubusercontent.com", "aud", "octroi")
	req.Context.SetClaim("token.actions.githubusercontent.com", "sub", "repo:acme/app:ref:refs/heads/main")
	return req
}

func TestTrust(t *testing.T) {
	mine := of(t, policy.IdentityPolicy, v2012(allows("sts:AssumeRole", "*")))
	for _, tc := range []struct {
		name     string
		who      principal.Principal
		trust    string
		identity []policy.Source
		want     policy.Effect
		decides  policy.Type
	}{
		{"no trust policy", alice, "", []policy.Source{mine}, policy.ImplicitDeny, policy.TrustPolicy},
		{"the user", alice, granting(aws(alice.ARN()), assume), nil, policy.Allow, policy.TrustPolicy},
		{"the user, and he may", alice, granting(aws(alice.ARN()), assume), []policy.Source{mine}, policy.Allow, policy.TrustPolicy},
		{"the account", alice, granting(aws(account), assume), nil, policy.ImplicitDeny, policy.IdentityPolicy},
		{"the account, and he may", alice, granting(aws(account), assume), []policy.Source{mine}, policy.Allow, policy.TrustPolicy},
		{"somebody else", alice, granting(aws("arn:aws:iam::"+account+":user/bob"), assume), []policy.Source{mine}, policy.ImplicitDeny, policy.TrustPolicy},
		{"another action", alice, granting(aws(alice.ARN()), "sts:TagSession"), []policy.Source{mine}, policy.ImplicitDeny, policy.TrustPolicy},
		{"refused", alice, granting(`"*"`, assume) + "," + refusing(`"Principal":`+aws(alice.ARN()), "sts:*"), []policy.Source{mine}, policy.ExplicitDeny, policy.TrustPolicy},
		{"a session by its role", builder, granting(aws(builder.RoleARN()), assume), nil, policy.Allow, policy.TrustPolicy},
		{"a session that may not", builder, granting(aws(builder.ARN()), assume), []policy.Source{of(t, policy.SessionPolicy, v2012(allows("s3:*", "*")))}, policy.ImplicitDeny, policy.SessionPolicy},
		{"a federated user", guest, granting(`"*"`, assume), []policy.Source{mine}, policy.ImplicitDeny, policy.SessionPolicy},
		{"root", root, granting(aws(account), assume), nil, policy.ImplicitDeny, policy.TrustPolicy},
		{"nobody", principal.Principal{}, granting(`"*"`, assume), []policy.Source{mine}, policy.ImplicitDeny, policy.IdentityPolicy},
	} {
		sources := tc.identity
		if tc.trust != "" {
			sources = append(sources, of(t, policy.TrustPolicy, v2012(tc.trust)))
		}
		d := policy.Evaluate(policy.Request{Principal: tc.who, Action: assume, Resource: aRole}, sources)
		if d.Effect != tc.want || d.PolicyType != tc.decides {
			t.Errorf("%s: %+v", tc.name, d)
		}
	}
	theirs := policy.Request{Principal: alice, Action: assume, Resource: strings.Replace(aRole, account, elsewhere, 1)}
	for _, named := range []string{aws(alice.ARN()), aws(account), `"*"`} {
		trust := of(t, policy.TrustPolicy, v2012(granting(named, assume)))
		if d := policy.Evaluate(theirs, []policy.Source{trust}); d.PolicyType != policy.IdentityPolicy || d.Allowed() {
			t.Errorf("a role of another account: %+v", d)
		}
		if d := policy.Evaluate(theirs, []policy.Source{trust, mine}); !d.Allowed() {
			t.Errorf("a role of another account, and he may: %+v", d)
		}
	}
}

// TestTagsOfFederatedUsers: a federated user has no trust policy, so that the policies of whoever makes him decide.
func TestTagsOfFederatedUsers(t *testing.T) {
	req := policy.Request{Principal: alice, Action: "sts:TagSession", Resource: guest.ARN()}
	if d := policy.Evaluate(req, []policy.Source{of(t, policy.IdentityPolicy, v2012(allows("sts:TagSession", guest.ARN())))}); !d.Allowed() {
		t.Errorf("%+v", d)
	}
	if d := policy.Evaluate(req, nil); d.Allowed() || d.PolicyType != policy.IdentityPolicy {
		t.Errorf("without a policy: %+v", d)
	}
	req.Resource = "arn:aws:iam::" + account + ":role/federated-user/x"
	if d := policy.Evaluate(req, []policy.Source{of(t, policy.IdentityPolicy, v2012(allows("*", "*")))}); d.PolicyType != policy.TrustPolicy {
		t.Errorf("a role whose path is federated-user: %+v", d)
	}
}

func TestWebIdentity(t *testing.T) {
	trust := []policy.Source{of(t, policy.TrustPolicy, v2012(`{"Effect":"Allow","Principal":{"Federated":"`+provider+`"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":`+pinned+`}`))}
	if d := policy.Evaluate(webRequest(ci), trust); !d.Allowed() || d.PolicyType != policy.TrustPolicy {
		t.Errorf("%+v", d)
	}
	other := webRequest(ci)
	other.Context.SetClaim("token.actions.githubusercontent.com", "sub", "repo:acme2/app")
	nobody := webRequest(ci)
	nobody.Context.SetClaim("token.actions.githubusercontent.com", "sub")
	elsewhereBy := ci
	elsewhereBy.Provider += "/x"
	abroad := ci
	abroad.Account = elsewhere
	action := webRequest(ci)
	action.Action = put
	for name, req := range map[string]policy.Request{
		"another subject": other, "no subject": nobody, "another provider": webRequest(elsewhereBy), "another account": webRequest(abroad), "another action": action,
		"a user": webRequest(alice), "nobody": webRequest(principal.Principal{}),
	} {
		if d := policy.Evaluate(req, append(trust, of(t, policy.IdentityPolicy, v2012(allows(put, "*"))))); d.Allowed() && name != "a user" || name == "a user" && req.Action != put && d.Allowed() {
			t.Errorf("%s: %+v", name, d)
		}
	}
	everybody := []policy.Source{of(t, policy.TrustPolicy, v2012(granting(`"*"`, "sts:*")))}
	if d := policy.Evaluate(webRequest(ci), everybody); d.Allowed() {
		t.Errorf("everybody is no web identity: %+v", d)
	}
}

func TestHostileW15(t *testing.T) {
	const host = "token.actions.githubusercontent.com"
	web := func(condition string) string {
		if condition != "" {
			condition = `,"Condition":` + condition
		}
		return `{"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity"` + condition + `}`
	}
	pin := func(operator, sub string) string {
		return fmt.Sprintf(`{"StringEquals":{"%s:aud":"octroi"},%q:{"%s:sub":%s}}`, host, operator, host, sub)
	}
	for _, tc := range []struct {
		name, statement string
		ok              bool
	}{
		{"W15 no condition", web(""), false},
		{"W15 no aud", web(`{"StringLike":{"` + host + `:sub":"repo:acme/*"}}`), false},
		{"W15 no sub", web(`{"StringEquals":{"` + host + `:aud":"octroi"}}`), false},
		{"W15 another provider's", web(strings.ReplaceAll(pinned, host, "ci.example.com")), false},
		{"W15 StringLike *", web(pin("StringLike", `"*"`)), false},
		{"W15 StringLike **", web(pin("StringLike", `"**"`)), false},
		{"W15 StringLike ?*", web(pin("StringLike", `"?*"`)), false},
		{"W15 StringLike repo:*", web(pin("StringLike", `"repo:*"`)), false},
		{"W15 StringLike repo*", web(pin("StringLike", `"repo*"`)), false},
		{"W15 StringLike repo:?*", web(pin("StringLike", `"repo:?*"`)), false},
		{"W15 StringLike repo:*/app", web(pin("StringLike", `"repo:*/app"`)), false},
		{"W15 StringLike *:acme", web(pin("StringLike", `"*:acme/app"`)), false},
		{"W15 StringLike spiffe://*", web(pin("StringLike", `"spiffe://*"`)), false},
		{"W15 one of two values", web(pin("StringLike", `["repo:acme/app","repo:*"]`)), false},
		{"W15 StringNotEquals", web(pin("StringNotEquals", `"repo:acme/app"`)), false},
		{"W15 StringEqualsIfExists", web(pin("StringEqualsIfExists", `"repo:acme/app"`)), false},
		{"W15 ForAllValues", web(`{"StringEquals":{"` + host + `:aud":"octroi"},"Null":{"` + host + `:sub":"false"},"ForAllValues:StringEquals":{"` + host + `:sub":"repo:acme/app"}}`), false},
		{"W15 Null", web(pin("Null", `"false"`)), false},
		{"W15 what the token says", web(pin("StringEquals2", `""`)), false},
		{"W15 a variable", web(`{"StringEquals":{"` + host + `:aud":"octroi","` + host + `:sub":"${` + host + `:sub}"}}`), false},
		{"W15 a variable in a pattern", web(pin("StringLike", `"repo:acme/${`+host+`:repository}"`)), false},
		{"W15 aud with a star", web(`{"StringLike":{"` + host + `:aud":"o*","` + host + `:sub":"repo:acme/app"}}`), false},
		{"W15 with AWS beside it", strings.Replace(web(""), `{"Federated"`, `{"AWS":"*","Federated"`, 1), false},
		{"W15 every action", strings.Replace(web(""), "sts:AssumeRoleWithWebIdentity", "sts:*", 1), false},
		{"W15 StringEquals", web(`{"StringEquals":{"` + host + `:aud":"octroi","` + host + `:sub":"repo:acme/app:ref:refs/heads/main"}}`), true},
		{"W15 StringLike repo:acme/*", web(pinned), true},
		{"W15 StringLike of a service account", web(pin("StringLike", `"system:serviceaccount:ci:*"`)), true},
		{"W15 ForAnyValue", web(pin("ForAnyValue:StringLike", `["repo:acme/*","repo:acme2/*"]`)), true},
		{"W15 without case", web(pin("StringEqualsIgnoreCase", `"repo:ACME/app"`)), true},
		{"W15 in upper case", web(strings.Replace(pinned, host+":sub", strings.ToUpper(host)+":SUB", 1)), true},
		{"W15 a star is a character", web(`{"StringEquals":{"` + host + `:aud":"*","` + host + `:sub":"*"}}`), true},
		{"W15 Deny", strings.Replace(web(""), "Allow", "Deny", 1), true},
		{"W15 no provider", granting(aws(account), "sts:AssumeRole"), true},
		{"another action", granting(aws(account), "sts:GetCallerIdentity"), false},
		{"another service", granting(aws(account), "ecr-public:*"), false},
		{"everything", granting(aws(account), "*"), true},
		{"NotAction", `{"Effect":"Allow","Principal":"*","NotAction":"sts:TagSession"}`, false},
		{"NotAction with Deny", `{"Effect":"Deny","Principal":"*","NotAction":"sts:AssumeRole"}`, true},
		{"Resource", `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}`, false},
		{"NotResource", `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","NotResource":"*"}`, false},
		{"no Principal", `{"Effect":"Allow","Action":"sts:AssumeRole"}`, false},
		{"Sid with a space", `{"Sid":"a b","Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`, false},
		{"service", granting(`{"Service":"ecs-tasks.amazonaws.com"}`, "sts:AssumeRole"), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := policy.ParseTrust([]byte(v2012(tc.statement)))
			var e *policy.MalformedError
			if (err == nil) != tc.ok || err != nil && !errors.As(err, &e) {
				t.Errorf("%s\n%v", tc.statement, err)
			}
			if strings.Contains(tc.name, "W15") && err != nil && tc.name != "W15 what the token says" && !strings.Contains(err.Error(), "the identity provider") {
				t.Errorf("another reason: %v", err)
			}
		})
	}
}
