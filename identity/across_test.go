package identity_test

import (
	"context"
	"testing"

	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// A role of another account: its trust policy and the caller's own policies must both allow it, and the session acts
// there.
func TestAcrossAccounts(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	const elsewhere = "999999999999"
	d.must(d.Store().CreateAccount(ctx, store.Account{ID: elsewhere, Alias: "elsewhere"}))
	anna := d.with(d.AddUser("anna"))
	bert := d.with(d.AddUser("bert", servertest.Grant{Actions: []string{"sts:AssumeRole"}, Resources: []string{"arn:aws:iam::" + elsewhere + ":role/*"}}))
	arn, _ := anna.who()
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":["` + arn + `","` + d.Account + `"]},"Action":"sts:AssumeRole"}}`
	r, err := d.Store().CreateRole(ctx, store.Role{Account: elsewhere, Name: "r", Path: "/", Trust: trust})
	d.must(err)
	d.must(d.Store().PutInlinePolicy(ctx, r.Owner(), store.InlinePolicy{Name: "p", Document: allowing("ecr-public:*", "sts:*")}))
	_, err = anna.assume(r.ARN(), "s1")
	d.refused("trusted, and not allowed", err, "AccessDenied", "because no identity-based policy allows")
	s := bert.in(r.ARN(), "s1")
	if got, _ := s.who(); got != "arn:aws:sts::"+elsewhere+":assumed-role/r/s1" {
		t.Errorf("acts as %s", got)
	}
	_, _, err = s.login()
	d.must(err)
	// The managed policies of a session are those of its own account.
	p, err := d.Store().CreatePolicy(ctx, store.ManagedPolicy{Account: d.Account, Name: "here", Path: "/"}, allowing("*"))
	d.must(err)
	_, err = bert.assume(r.ARN(), "s1", named(p.ARN()))
	d.refused("a policy of the caller's account", err, "MalformedPolicyDocument", "does not exist")
}

// A boundary of a role holds for its sessions, whatever their own policies say (P17).
func TestBoundaryOfASession(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.ToLogIn(), servertest.Grant{Actions: []string{"iam:*"}, Resources: []string{"*"}})
	p, err := d.Store().CreatePolicy(ctx, store.ManagedPolicy{Account: d.Account, Name: "bound", Path: "/"}, allowing("ecr-public:*", "sts:*"))
	d.must(err)
	s := anna.in(role, "s1", narrowed(allowing("*")))
	_, err = s.iam().ListUsers(ctx, nil)
	d.must(err)
	d.must(d.Store().SetBoundary(ctx, d.role(role).Owner(), p.ARN()))
	d.obeyed()
	_, err = s.iam().ListUsers(ctx, nil)
	d.refused("beyond the boundary", err, "AccessDenied", "because no permissions boundary allows")
	_, _, err = s.login()
	d.must(err)
}
