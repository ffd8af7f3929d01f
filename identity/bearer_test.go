package identity_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// P05: for which service a token is, and for how long, are conditions of the second permission; in a session, too.
func TestHostileP05(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	for condition, may := range map[string]bool{
		`"StringEquals":{"sts:AWSServiceName":"ecr-public.amazonaws.com"}`: true,
		`"StringEquals":{"sts:AWSServiceName":"ecr.amazonaws.com"}`:        false,
		`"NumericEquals":{"sts:DurationSeconds":"43200"}`:                  true,
		`"NumericLessThan":{"sts:DurationSeconds":"43200"}`:                false,
	} {
		document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr-public:GetAuthorizationToken","Resource":"*"},
			{"Effect":"Allow","Action":"sts:GetServiceBearerToken","Resource":"*","Condition":{` + condition + `}}]}`
		name := fmt.Sprintf("user-%d", len(condition))
		user := d.with(d.AddUser(name))
		u, err := d.Store().UserByName(ctx, d.Account, name)
		d.must(err)
		d.must(d.Store().PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: document}))
		arn, _ := user.who()
		wide := d.AddRole("role-of-"+name, []string{arn}, servertest.ToLogIn())
		for kind, c := range map[string]caller{"a user": user, "a session policy": user.in(wide, "s1", narrowed(document))} {
			if _, _, err := c.login(); (err == nil) != may {
				t.Errorf("%s with %s: %v", kind, condition, err)
			}
		}
	}
}

// aws:TokenIssueTime is when the session began: what AWS's console writes to end older ones.
func TestTokenIssueTime(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.ToLogIn())
	old := anna.in(role, "old")
	_, _, err := old.login()
	d.must(err)
	time.Sleep(1100 * time.Millisecond) // sessions begin in whole seconds
	now := time.Now().UTC().Format(time.RFC3339)
	d.must(d.Store().PutInlinePolicy(ctx, d.role(role).Owner(), store.InlinePolicy{Name: "AWSRevokeOlderSessions", Document: `{"Version":"2012-10-17",
		"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"` + now + `"}}}}`}))
	d.obeyed()
	_, _, err = old.login()
	d.refused("the old one", err, "AccessDeniedException", "with an explicit deny in an identity-based policy")
	_, _, err = anna.in(role, "young").login()
	d.must(err)
}

// What a session calls is noted for its role, and not for its own key, of which there is no end.
func TestLastUseOfARole(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	anna := d.with(d.AddUser("anna", servertest.Grant{Actions: []string{"iam:GetRole"}, Resources: []string{"*"}}))
	arn, _ := anna.who()
	role, name := d.AddRole("r", []string{arn}, servertest.ToLogIn()), "r"
	out, err := anna.assume(role, "s1")
	d.must(err)
	_, _, err = d.session(out.Credentials).login()
	d.must(err)
	got, err := anna.iam().GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	d.must(err)
	if used := got.Role.RoleLastUsed; used == nil || used.LastUsedDate == nil || time.Since(*used.LastUsedDate) > time.Minute {
		t.Errorf("last used %+v", used)
	}
	if _, err := d.Store().LastUsed(ctx, *out.Credentials.AccessKeyId); err == nil {
		t.Error("the last use of a session's key is kept")
	}
}
