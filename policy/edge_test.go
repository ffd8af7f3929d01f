package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// The tests of this file are about the last that is taken and the first that is not: each of them notices a comparison
// that is off by one, or a condition of two that would do as one (make mutation).

func TestSizesToTheCharacter(t *testing.T) {
	text := v2012(allows(put, team))
	for size, ok := range map[int]bool{131_072: true, 131_073: false} {
		if _, err := policy.Parse([]byte(text + strings.Repeat(" ", size-len(text)))); (err == nil) != ok {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	all := inForce(t, v2012(allows("*", "*")))
	for size, ok := range map[int]bool{2048: true, 2049: false} {
		req := policy.Request{Principal: alice, Action: put, Resource: repository(strings.Repeat("a", size-len(repository(""))))}
		if d := policy.Evaluate(req, all); d.Allowed() != ok {
			t.Errorf("a resource of %d characters: %+v", size, d)
		}
	}
	for size, cut := range map[int]bool{80: false, 81: true} {
		_, err := policy.Parse([]byte(v2012(allows("*", strings.Repeat("a", size)))))
		if err == nil || strings.Contains(err.Error(), "...") != cut {
			t.Errorf("a text of %d characters: %v", size, err)
		}
	}
}

func TestValuesToTheCharacter(t *testing.T) {
	for condition, ok := range map[string]bool{
		`{"NumericEquals":{"aws:EpochTime":"123456789012345"}}`:                  true,
		`{"NumericEquals":{"aws:EpochTime":["0","0.5","-0","10"]}}`:              true,
		`{"DateEquals":{"aws:CurrentTime":"123456789"}}`:                         true,
		`{"DateEquals":{"aws:CurrentTime":"12345678"}}`:                          false,
		`{"DateEquals":{"aws:CurrentTime":"17672256000"}}`:                       true,
		`{"DateEquals":{"aws:CurrentTime":"176722560000"}}`:                      false,
		`{"DateEquals":{"aws:CurrentTime":"2026-01-01T00:00:00.123456789Z"}}`:    true,
		`{"StringEquals":{"aws:userid":"ÿ"}}`:                                    true,
		`{"StringEquals":{"aws:userid":"Ā"}}`:                                    false,
		`{"StringEquals":{"aws:userid":"${:x}"}}`:                                false,
		`{"StringEquals":{"aws:userid":"${x:}"}}`:                                false,
		`{"StringEquals":{"aws:userid":"${a-0.Z_9:x}"}}`:                         true,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:user/${aws:username}"}}`: true,
	} {
		if _, err := policy.Parse([]byte(v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":` + condition + `}`))); (err == nil) != ok {
			t.Errorf("%s: %v", condition, err)
		}
	}
	_, err := policy.Parse([]byte(v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"${aws:username}"}}}`)))
	if err == nil || !strings.Contains(err.Error(), "before the fifth colon") {
		t.Errorf("a variable at the beginning: %v", err)
	}
	document(t, v2012(`{"Sid":"azAZ09","Effect":"Allow","Action":"a0-9_Z.z:b0A9","Resource":"*"}`))
}

// TestPrincipalsToTheLetter: what Principal takes, and what is one piece away from it.
func TestPrincipalsToTheLetter(t *testing.T) {
	const iam, sts, host = "arn:aws:iam::" + account + ":", "arn:aws:sts::" + account + ":", "oidc-provider/ci.example.com"
	for named, ok := range map[string]bool{
		aws(sts + "federated-user/x"): true, aws(iam + "federated-user/x"): false, aws(sts + "user/x"): false, aws(sts + "assumed-role/x/y"): true,
		aws("AIDA" + strings.Repeat("A", 12)): true, aws("AIDA" + strings.Repeat("A", 11)): false, aws("AROA" + strings.Repeat("A", 12)): true, aws("AIDA" + strings.Repeat("a", 12)): false,
		`{"Federated":"` + iam + host + `"}`: true, `{"Federated":"` + sts + host + `"}`: false, `{"Federated":"arn:aws-cn:iam::` + account + ":" + host + `"}`: false,
		`{"Federated":"arn:aws:iam:us-east-1:` + account + ":" + host + `"}`: false, `{"Federated":"arn:aws:iam::1:` + host + `"}`: false, `{"Federated":"` + iam + "saml-provider/ci.example.com" + `"}`: false,
		`{"Service":"ecs-tasks.amazonaws.com"}`: true, `{"Service":"ecs-tasks"}`: false, `{"Service":"ECS.amazonaws.com"}`: false,
	} {
		if _, err := policy.ParseResource([]byte(v2012(granting(named, put)))); (err == nil) != ok {
			t.Errorf("%s: %v", named, err)
		}
	}
}

func TestWhoIsMeant(t *testing.T) {
	other := builder
	other.Name = "other"
	session := of(t, policy.ResourcePolicy, v2012(granting(aws(builder.ARN()), put)))
	for _, who := range []principal.Principal{other, {Kind: principal.FederatedUser, Account: account, Name: builder.Name, Session: builder.Session}} {
		if d := policy.Evaluate(policy.Request{Principal: who, Action: put, Resource: team}, []policy.Source{session}); d.Allowed() {
			t.Errorf("the session of another: %+v", d)
		}
	}
	lost := alice
	lost.Account = ""
	everybody := of(t, policy.ResourcePolicy, v2012(granting(`"*"`, "s3:*")))
	if d := policy.Evaluate(policy.Request{Principal: lost, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket"}, []policy.Source{everybody}); d.Allowed() {
		t.Errorf("a caller of no account has the account of a resource of none: %+v", d)
	}
	// the first of two statements that are worth the same is the reason
	twice := of(t, policy.ResourcePolicy, v2012(granting(aws(builder.RoleARN()), put), granting(aws(builder.RoleARN()), put)))
	if d := policy.Evaluate(policy.Request{Principal: builder, Action: put, Resource: team}, []policy.Source{twice}); d.Statement != "#1" {
		t.Errorf("%+v", d)
	}
	if got := fmt.Sprint(policy.Decision{Effect: policy.Allow}.Advice(policy.Request{})); got != "" {
		t.Error(got)
	}
}
