package identity_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/servertest"
)

// What credentials of a session cannot call, whatever policies say.
func TestSessionsAreClosed(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	all := servertest.Grant{Actions: []string{"*"}, Resources: []string{"*"}}
	anna := d.with(d.AddUser("anna", all))
	role := d.AddRole("r", []string{d.Account}, all)
	name, everything := "guest", allowing("*")
	own, err := anna.sts().GetSessionToken(ctx, nil)
	d.must(err)
	guest, err := anna.sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: &name, Policy: &everything})
	d.must(err)
	if got := *guest.FederatedUser.Arn; got != "arn:aws:sts::"+d.Account+":federated-user/guest" || *guest.FederatedUser.FederatedUserId != d.Account+":guest" {
		t.Errorf("federated user %s, %s", got, *guest.FederatedUser.FederatedUserId)
	}
	ops := map[string]func(caller) error{
		"GetCallerIdentity": func(c caller) error { _, err := c.sts().GetCallerIdentity(ctx, nil); return err },
		"AssumeRole":        func(c caller) error { _, err := c.assume(role, "s1"); return err },
		"GetSessionToken":   func(c caller) error { _, err := c.sts().GetSessionToken(ctx, nil); return err },
		"GetFederationToken": func(c caller) error {
			_, err := c.sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: &name})
			return err
		},
		"DecodeAuthorizationMessage": func(c caller) error { _, err := c.decode("x"); return err },
		"ListUsers":                  func(c caller) error { _, err := c.iam().ListUsers(ctx, nil); return err },
		"CreateUser": func(c caller) error {
			_, err := c.iam().CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
			return err
		},
		"GetAuthorizationToken": func(c caller) error { _, _, err := c.login(); return err },
	}
	for kind, c := range map[string]struct {
		who  caller
		arn  string
		open string
	}{
		"a user's own": {d.session(own.Credentials), ":user/anna", "GetCallerIdentity AssumeRole GetAuthorizationToken"},
		"federated":    {d.session(guest.Credentials), ":federated-user/guest", "GetCallerIdentity GetAuthorizationToken"},
		"a role's":     {anna.in(role, "s1"), ":assumed-role/r/s1", "GetCallerIdentity AssumeRole GetAuthorizationToken ListUsers CreateUser DecodeAuthorizationMessage"},
	} {
		if arn, _ := c.who.who(); !strings.HasSuffix(arn, c.arn) {
			t.Errorf("%s: %s", kind, arn)
		}
		for name, call := range ops {
			err := call(c.who)
			closed := err != nil && strings.Contains(err.Error(), "Cannot call "+name+" with session credentials")
			if closed == strings.Contains(c.open, name) {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
	}
}

// Who federates a user without a policy gives him nothing.
func TestFederationNeedsAPolicy(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	anna := d.with(d.AddUser("anna", servertest.ToLogIn(), servertest.Grant{Actions: []string{"sts:*"}, Resources: []string{"*"}}))
	name, policy, key, value := "guest", allowing("*"), "team", "registry"
	for document, may := range map[*string]bool{nil: false, &policy: true} {
		out, err := anna.sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{
			Name: &name, Policy: document, Tags: []types.Tag{{Key: &key, Value: &value}}})
		d.must(err)
		if _, _, err := d.session(out.Credentials).login(); (err == nil) != may {
			t.Errorf("with a policy: %t, %v", may, err)
		}
	}
	for _, bad := range []string{"g", strings.Repeat("g", 33), "g/g", "g g"} {
		_, err := anna.sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: &bad})
		d.refused(bad, err, "ValidationError", "name")
	}
	_, err := d.with(d.AddUser("bert")).sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: &name})
	d.refused("not allowed", err, "AccessDenied", "sts:GetFederationToken")
}

// probes are what credentials may do beyond the narrowest ones: each is told by whether it is denied.
func (c caller) probes() (may map[string]bool) {
	ctx, role := context.Background(), "r"
	denied := func(err error) bool {
		return err != nil && (strings.Contains(err.Error(), "not authorized to perform") || strings.Contains(err.Error(), "Cannot call"))
	}
	_, err := c.iam().ListUsers(ctx, nil)
	may = map[string]bool{"ListUsers": !denied(err)}
	_, err = c.iam().GetUser(ctx, &iam.GetUserInput{UserName: &role})
	may["GetUser"] = !denied(err)
	_, err = c.ecrpublic().GetAuthorizationToken(ctx, &ecrpublic.GetAuthorizationTokenInput{})
	may["GetAuthorizationToken"] = !denied(err)
	return may
}

// step is a way by which somebody might get more than he has: the credentials that it gave, or none.
type step func(caller) (caller, error)

func (d *desk) steps(role string) map[string]step {
	ctx := context.Background()
	none := &types.Credentials{AccessKeyId: new(string), SecretAccessKey: new(string), SessionToken: new(string)}
	user, name, admin, guest := "anna", "r", allowing("*"), "guest"
	key := func(c caller, of *string) (caller, error) {
		out, err := c.iam().CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: of})
		if err != nil {
			return caller{}, err
		}
		return d.with(servertest.Key{ID: *out.AccessKey.AccessKeyId, Secret: *out.AccessKey.SecretAccessKey}), nil
	}
	assume := func(c caller, change ...func(*sts.AssumeRoleInput)) (caller, error) {
		out, err := c.assume(role, "again", change...)
		if err != nil {
			out = &sts.AssumeRoleOutput{Credentials: none}
		}
		return d.session(out.Credentials), err
	}
	return map[string]step{
		"AssumeRole": func(c caller) (caller, error) { return assume(c) },
		"AssumeRole with a wide policy": func(c caller) (caller, error) {
			return assume(c, narrowed(admin), tagged("team", "admin"), behind("admin"))
		},
		"GetSessionToken": func(c caller) (caller, error) {
			out, err := c.sts().GetSessionToken(ctx, nil)
			if err != nil {
				out = &sts.GetSessionTokenOutput{Credentials: none}
			}
			return d.session(out.Credentials), err
		},
		"GetFederationToken": func(c caller) (caller, error) {
			out, err := c.sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: &guest, Policy: &admin})
			if err != nil {
				out = &sts.GetFederationTokenOutput{Credentials: none}
			}
			return d.session(out.Credentials), err
		},
		"CreateAccessKey of the parent": func(c caller) (caller, error) { return key(c, &user) },
		"CreateAccessKey for itself":    func(c caller) (caller, error) { return key(c, nil) },
		"PutUserPolicy": func(c caller) (caller, error) {
			_, err := c.iam().PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: &guest, PolicyDocument: &admin})
			return c, err
		},
		"PutRolePolicy": func(c caller) (caller, error) {
			_, err := c.iam().PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: &guest, PolicyDocument: &admin})
			return c, err
		},
		"UpdateAssumeRolePolicy": func(c caller) (caller, error) {
			_, err := c.iam().UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: &admin})
			return c, err
		},
	}
}

// wider are the ways of at most so many steps that lead to what the first credentials may not do.
func (d *desk) wider(role string, from caller, depth int) (found []string) {
	want := from.probes()
	front := map[string]caller{"": from}
	for range depth {
		next := map[string]caller{}
		for path, c := range front {
			for name, take := range d.steps(role) {
				got, err := take(c)
				if err != nil {
					continue
				}
				path := path + "/" + name
				for probe, may := range got.probes() {
					if may && !want[probe] {
						found = append(found, path+" gives "+probe)
					}
				}
				next[path] = got
			}
		}
		front = next
	}
	return found
}

// W28: from a session that was narrowed to pulling, no way of four steps leads to more: not even where its role may
// assume itself, and its role and its user may do everything.
func TestHostileW28(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	all := servertest.Grant{Actions: []string{"*"}, Resources: []string{"*"}}
	anna := d.with(d.AddUser("anna", all))
	self := "arn:aws:iam::" + d.Account + ":role/r"
	role := d.AddRole("r", []string{d.Account}, all)
	d.must(d.Store().UpdateTrust(ctx, d.role(role), strings.ReplaceAll(strings.ReplaceAll(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":["ACCOUNT","SELF",
		"arn:aws:sts::ACCOUNT:assumed-role/r/pull"]},"Action":"sts:*"}}`, "SELF", self), "ACCOUNT", d.Account)))
	pull := allowing("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken", "ecr-public:BatchGetImage")
	name := "guest"
	guest, err := anna.sts().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: &name, Policy: &pull})
	d.must(err)
	sessions := map[string]caller{"a role's": anna.in(role, "pull", narrowed(pull)), "federated": d.session(guest.Credentials)}
	for kind, from := range sessions {
		if may := from.probes(); may["ListUsers"] || may["GetUser"] || !may["GetAuthorizationToken"] {
			t.Fatalf("%s: %v", kind, may)
		}
		for _, way := range d.wider(role, from, 4) {
			t.Errorf("%s: %s", kind, way)
		}
	}
	// The search finds what there is: whoever may assume the role, may what the role may.
	may := anna.in(role, "may", narrowed(allowing("ecr-public:*", "sts:AssumeRole", "sts:GetServiceBearerToken")))
	if d.wider(role, may, 1) == nil {
		t.Error("a session that may assume its role gets no more by it")
	}
}
