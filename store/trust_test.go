package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// begins reports whether p may begin a session of a role, when its own policies let it.
func begins(t *testing.T, s *store.Store, r store.Role, p principal.Principal) bool {
	t.Helper()
	who := must(s.Identity(t.Context(), account, r.ID))(t)
	all := []policy.Source{who.Trust, {Type: policy.IdentityPolicy, Name: "all", Document: must(policy.Parse([]byte(allowAll)))(t)}}
	return policy.Evaluate(policy.Request{Principal: p, Action: "sts:AssumeRole", Resource: r.ARN()}, all).Allowed()
}

// W31: a trust policy is about persons, not names: it follows who is renamed, and shows who is gone as an id that nobody will
// have again.
func TestTrustFollows(t *testing.T) {
	ctx, s := t.Context(), open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	arn := u.Principal().ARN()
	// The ARN stands there as a principal, escaped, and as the value of a condition, which stays a text.
	written := "{ \"Version\" : \"2012-10-17\",\n \"Statement\" : [ {\"Effect\":\"Allow\", \"Principal\":{\"AWS\":[ \"" + account + "\" , \"" +
		strings.ReplaceAll(arn, "/", `\/`) + "\"]},\"Action\":\"sts:AssumeRole\",\n\"Condition\":{\"ArnNotEquals\":{\"aws:PrincipalArn\":\"" + arn + "\"}}} ]}"
	shows := func(r store.Role, want string) {
		t.Helper()
		if got := must(s.ShownTrust(ctx, r))(t); got != want {
			t.Errorf("shown:\n%s\nwant:\n%s", got, want)
		}
	}
	noted := must(s.CreateRole(ctx, store.Role{Account: account, Name: "noted", Path: "/", Trust: written}))(t)
	plain := strings.ReplaceAll(written, `\/`, "/")
	shows(noted, plain)

	r := must(s.CreateRole(ctx, store.Role{Account: account, Name: "deploy", Path: "/", Trust: trusts(arn)}))(t)
	check(t, s.UpdateUser(ctx, u, "/build/", "ci2"))
	renamed := must(s.UserByName(ctx, account, "ci2"))(t)
	other := must(s.CreateUser(ctx, account, "ci"))(t)
	if !begins(t, s, r, renamed.Principal()) || begins(t, s, r, other.Principal()) {
		t.Error("the trust did not follow the user to another name")
	}
	shows(r, trusts(renamed.Principal().ARN()))
	shows(noted, strings.Replace(plain, arn, renamed.Principal().ARN(), 1))

	check(t, s.DeleteBareUser(ctx, renamed))
	again := must(s.CreateUserUnder(ctx, account, "/build/", "ci2", ""))(t)
	if begins(t, s, r, again.Principal()) {
		t.Error("a user of the same name inherits the trust")
	}
	shows(r, trusts(u.ID))
	unknown := new(store.UnknownPrincipalError)
	if err := s.UpdateTrust(ctx, r, trusts(u.ID)); !errors.As(err, &unknown) || unknown.Name != u.ID {
		t.Errorf("a trust in an id that is gone: %v", err)
	}
	check(t, s.UpdateTrust(ctx, r, trusts(again.ID)))
	if !begins(t, s, r, again.Principal()) {
		t.Error("a trust by id does not hold")
	}
	shows(must(s.RoleByName(ctx, account, "deploy"))(t), trusts(again.Principal().ARN()))
}

// W31: a session that is trusted is one of the role that there was then.
func TestTrustInSession(t *testing.T) {
	ctx, s := t.Context(), open(t)
	builder := must(s.CreateRole(ctx, store.Role{Account: account, Name: "builder", Path: "/a/", Trust: trustAll}))(t)
	session := func(r store.Role) principal.Principal {
		return principal.Principal{Kind: principal.AssumedRole, Account: account, ID: r.ID, Name: r.Name, Path: r.Path, Session: "s"}
	}
	arn := session(builder).ARN()
	r := must(s.CreateRole(ctx, store.Role{Account: account, Name: "deploy", Path: "/", Trust: trusts(arn)}))(t)
	if !begins(t, s, r, session(builder)) {
		t.Error("the session that is trusted may not begin another")
	}
	if got := must(s.ShownTrust(ctx, r))(t); got != trusts(arn) {
		t.Errorf("shown: %s", got)
	}
	check(t, s.DeleteRole(ctx, builder))
	again := must(s.CreateRole(ctx, store.Role{Account: account, Name: "builder", Path: "/a/", Trust: trustAll}))(t)
	if begins(t, s, r, session(again)) {
		t.Error("a session of a role of the same name inherits the trust")
	}
	unknown := new(store.UnknownPrincipalError)
	if err := s.UpdateTrust(ctx, r, trusts(strings.Replace(arn, "builder", "nobody", 1))); !errors.As(err, &unknown) {
		t.Errorf("a trust in a session of no role: %v", err)
	}
}
