package identity_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// The life of a role: made, read, changed, given policies, deleted. Each step is what Terraform's aws_iam_role does.
func TestRole(t *testing.T) {
	h, ctx := open(t), t.Context()
	made := must(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("deploy"), Path: aws.String("/ci/"), AssumeRolePolicyDocument: trusting(h.Account),
		Description: aws.String("deploys"), MaxSessionDuration: aws.Int32(7200), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}}}))(t).Role
	if *made.Arn != "arn:aws:iam::"+h.Account+":role/ci/deploy" || !strings.HasPrefix(*made.RoleId, "AROA") || *made.MaxSessionDuration != 7200 {
		t.Errorf("made: %+v", made)
	}
	name := made.RoleName
	refused(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("Deploy"), AssumeRolePolicyDocument: trusting(h.Account)}))(t,
		"EntityAlreadyExists", "Role with name Deploy already exists.")
	refused(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: trusting("arn:aws:iam::" + h.Account + ":user/none")}))(t,
		"MalformedPolicyDocument", `Invalid principal in policy: "AWS":"arn:aws:iam::`+h.Account+`:user/none"`)
	refused(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: trusting(h.Account), MaxSessionDuration: aws.Int32(60)}))(t,
		"ValidationError", "3600 to 43200")
	refused(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: aws.String(allowAll)}))(t, "MalformedPolicyDocument", "")

	got := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(t).Role
	trust, err := url.QueryUnescape(*got.AssumeRolePolicyDocument)
	if err != nil || trust != *trusting(h.Account) || *got.Description != "deploys" || len(got.Tags) != 1 || got.RoleLastUsed.LastUsedDate != nil {
		t.Errorf("read: %+v, %s", got, trust)
	}
	must(h.admin.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: name, MaxSessionDuration: aws.Int32(3600)}))(t)
	if r := must(h.admin.UpdateRoleDescription(ctx, &iam.UpdateRoleDescriptionInput{RoleName: name, Description: aws.String("new")}))(t).Role; *r.Description != "new" || *r.MaxSessionDuration != 3600 {
		t.Errorf("changed: %+v", r)
	}
	must(h.admin.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: name, PolicyDocument: trusting("arn:aws:iam::" + h.Account + ":user/admin")}))(t)
	refused(h.admin.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: name, PolicyDocument: aws.String("{}")}))(t, "MalformedPolicyDocument", "")

	must(h.admin.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"), PolicyDocument: aws.String(allowAll)}))(t)
	if d := must(h.admin.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String("p")}))(t); *d.RoleName != "deploy" || !strings.HasPrefix(*d.PolicyDocument, "%7B") {
		t.Errorf("inline: %+v", d)
	}
	if l := must(h.admin.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: name}))(t); len(l.PolicyNames) != 1 {
		t.Errorf("inline: %+v", l)
	}
	must(h.admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(powerUser)}))(t)
	refused(h.admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(powerUser + "x")}))(t, "NoSuchEntity", "does not exist or is not attachable")
	must(h.admin.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: name, PermissionsBoundary: aws.String(readOnly)}))(t)
	if r := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(t).Role; *r.PermissionsBoundary.PermissionsBoundaryArn != readOnly {
		t.Errorf("bounded: %+v", r)
	}
	must(h.admin.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: name}))(t)
	must(h.admin.TagRole(ctx, &iam.TagRoleInput{RoleName: name, Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("b")}}}))(t)
	must(h.admin.UntagRole(ctx, &iam.UntagRoleInput{RoleName: name, TagKeys: []string{"none"}}))(t)
	if l := must(h.admin.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: name}))(t); len(l.Tags) != 1 || *l.Tags[0].Value != "b" {
		t.Errorf("tags: %+v", l)
	}

	refused(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name}))(t, "DeleteConflict", "Cannot delete entity, must detach all policies first.")
	must(h.admin.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: aws.String(powerUser)}))(t)
	refused(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name}))(t, "DeleteConflict", "Cannot delete entity, must delete policies first.")
	must(h.admin.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("p")}))(t)
	if l := must(h.admin.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: name}))(t); len(l.InstanceProfiles) != 0 {
		t.Errorf("profiles: %+v", l)
	}
	must(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name}))(t)
	refused(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(t, "NoSuchEntity", `The role with name "deploy" cannot be found.`)
	if l := must(h.admin.ListRoles(ctx, &iam.ListRolesInput{}))(t); len(l.Roles) != 0 {
		t.Errorf("roles: %+v", l)
	}
}

// Whom a role trusts is shown as who that is now: under another name, or as an id when nobody is left.
func TestTrustShown(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.AddUser("ci")
	user := func(name string) string { return "arn:aws:iam::" + h.Account + ":user" + name }
	made := must(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("deploy"), AssumeRolePolicyDocument: trusting(user("/ci"))}))(t).Role
	shown := func() string {
		got := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: made.RoleName}))(t).Role.AssumeRolePolicyDocument
		listed := must(h.admin.ListRoles(ctx, &iam.ListRolesInput{}))(t).Roles[0].AssumeRolePolicyDocument
		if *got != *listed {
			t.Errorf("got %s, listed %s", *got, *listed)
		}
		return must(url.QueryUnescape(*got))(t)
	}
	must(h.admin.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("ci"), NewUserName: aws.String("ci2"), NewPath: aws.String("/x/")}))(t)
	if want := *trusting(user("/x/ci2")); shown() != want {
		t.Errorf("after a new name: %s", shown())
	}
	u := must(h.admin.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("ci2")}))(t).User
	for _, k := range must(h.admin.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: u.UserName}))(t).AccessKeyMetadata {
		must(h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: u.UserName, AccessKeyId: k.AccessKeyId}))(t)
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: u.UserName}))(t)
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: u.UserName, Path: aws.String("/x/")}))(t)
	if want := *trusting(*u.UserId); shown() != want {
		t.Errorf("after its end: %s", shown())
	}
	refused(h.admin.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: made.RoleName, PolicyDocument: aws.String(shown())}))(t,
		"MalformedPolicyDocument", `Invalid principal in policy: "AWS":"`+*u.UserId+`"`)
}

// Lists of many users come page by page, and so does all that there is.
func TestManyUsers(t *testing.T) {
	h, ctx := open(t), t.Context()
	for n := range 7 {
		must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(fmt.Sprint("u", n)), Path: aws.String([]string{"/", "/even/"}[(n+1)%2])}))(t)
	}
	var names []string
	for pages := iam.NewListUsersPaginator(h.admin, &iam.ListUsersInput{PathPrefix: aws.String("/even/"), MaxItems: aws.Int32(2)}); pages.HasMorePages(); {
		p := must(pages.NextPage(ctx))(t)
		if len(p.Users) > 2 || p.IsTruncated != (len(names) < 2) {
			t.Errorf("a page of %d, truncated is %v", len(p.Users), p.IsTruncated)
		}
		for _, u := range p.Users {
			names = append(names, *u.UserName)
		}
	}
	if strings.Join(names, " ") != "u0 u2 u4 u6" {
		t.Errorf("users: %q", names)
	}
	seen := map[string]bool{}
	for pages := iam.NewGetAccountAuthorizationDetailsPaginator(h.admin, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(3)}); pages.HasMorePages(); {
		p := must(pages.NextPage(ctx))(t)
		for _, u := range p.UserDetailList {
			seen[*u.UserName] = true
		}
		for _, d := range p.Policies {
			seen[*d.PolicyName] = true
		}
	}
	if len(seen) != 7+2+3 { // beside the seven: two of the house, and AWS's policies
		t.Errorf("details of %d: %v", len(seen), seen)
	}
	refused(h.admin.ListUsers(ctx, &iam.ListUsersInput{Marker: aws.String("%%")}))(t, "ValidationError", "Invalid Marker")
	refused(h.admin.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(1001)}))(t, "ValidationError", "maxItems")
}

// What is changed is obeyed at the next request: attachments, versions, boundaries, memberships, names, keys.
func TestHostileP20(t *testing.T) {
	h, ctx := open(t), t.Context()
	ci := h.AddUser("ci")
	want := func(what string, allowed bool) {
		t.Helper()
		if h.getsToken(static(ci)) != allowed {
			t.Errorf("after %s: gets a token is %v", what, !allowed)
		}
	}
	user := aws.String("ci")
	want("nothing", false)
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: aws.String(readOnly)}))(t)
	want("an attachment", true)
	must(h.admin.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: user, PolicyArn: aws.String(readOnly)}))(t)
	want("its end", false)

	p := must(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("all"), PolicyDocument: aws.String(allowAll), Description: aws.String("d")}))(t).Policy
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("devs")}))(t)
	must(h.admin.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("devs"), PolicyArn: p.Arn}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("devs"), UserName: user}))(t)
	want("a membership", true)
	v := must(h.admin.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: p.Arn, PolicyDocument: aws.String(denyAll), SetAsDefault: true}))(t).PolicyVersion
	want("a version", false)
	must(h.admin.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: p.Arn, VersionId: aws.String("v1")}))(t)
	want("the old version", true)
	must(h.admin.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: p.Arn, VersionId: v.VersionId}))(t)
	none := must(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("none"), PolicyDocument: aws.String(strings.Replace(allowAll, `"*"`, `"s3:*"`, 1))}))(t).Policy
	must(h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: user, PermissionsBoundary: none.Arn}))(t)
	want("a boundary", false)
	refused(h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: none.Arn}))(t, "DeleteConflict", "Cannot delete a policy attached to entities.")
	if l := must(h.admin.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: none.Arn}))(t); len(l.PolicyUsers) != 1 || len(l.PolicyGroups) != 0 {
		t.Errorf("entities: %+v", l)
	}
	must(h.admin.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: user}))(t)
	want("its end", true)
	must(h.admin.UpdateUser(ctx, &iam.UpdateUserInput{UserName: user, NewUserName: aws.String("ci2"), NewPath: aws.String("/x/")}))(t)
	want("another name", true)
	must(h.admin.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{GroupName: aws.String("devs"), UserName: aws.String("ci2")}))(t)
	want("the membership's end", false)
}

// A user that is deleted and made again under its name inherits nothing.
func TestUserMadeAgain(t *testing.T) {
	h, ctx := open(t), t.Context()
	user := aws.String("ci")
	make := func() *types.AccessKey {
		must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: user, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))(t)
		return must(h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: user}))(t).AccessKey
	}
	k := make()
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: aws.String(readOnly)}))(t)
	if !h.getsToken(session(*k.AccessKeyId, *k.SecretAccessKey, "")) {
		t.Error("no token")
	}
	used := must(h.admin.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId}))(t)
	if *used.UserName != "ci" || *used.AccessKeyLastUsed.ServiceName != "ecr-public" || used.AccessKeyLastUsed.LastUsedDate == nil {
		t.Errorf("used: %+v", used.AccessKeyLastUsed)
	}
	must(h.admin.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: user, PolicyArn: aws.String(readOnly)}))(t)
	must(h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: user, AccessKeyId: k.AccessKeyId}))(t)
	// As Terraform deletes one with force_destroy.
	must(h.admin.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{UserName: user}))(t)
	must(h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{}))(t)
	must(h.admin.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: user}))(t)
	must(h.admin.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{UserName: user}))(t)
	must(h.admin.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: user}))(t)
	refused(h.admin.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: user}))(t, "NoSuchEntity", "Login Profile for User ci cannot be found.")
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: user}))(t)
	again := make()
	if h.getsToken(session(*again.AccessKeyId, *again.SecretAccessKey, "")) || h.getsToken(session(*k.AccessKeyId, *k.SecretAccessKey, "")) {
		t.Error("a user that was made again has what the old one had")
	}
}

// Everything that decides is told in one call, page by page.
func TestAuthorizationDetails(t *testing.T) {
	h, ctx := open(t), t.Context()
	must(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: trusting(h.Account)}))(t)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("g"), Path: aws.String("/a/")}))(t)
	must(h.admin.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: aws.String("g"), PolicyName: aws.String("p"), PolicyDocument: aws.String(allowAll)}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("g"), UserName: aws.String("admin")}))(t)
	must(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("m"), PolicyDocument: aws.String(allowAll)}))(t)
	var users, groups, roles, policies int
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(h.admin, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(1)})
	for pages.HasMorePages() {
		p := must(pages.NextPage(ctx))(t)
		users, groups, roles, policies = users+len(p.UserDetailList), groups+len(p.GroupDetailList), roles+len(p.RoleDetailList), policies+len(p.Policies)
		for _, g := range p.GroupDetailList {
			if len(g.GroupPolicyList) != 1 || *g.Arn != "arn:aws:iam::"+h.Account+":group/a/g" {
				t.Errorf("group: %+v", g)
			}
		}
	}
	if users != 2 || groups != 1 || roles != 1 || policies != 4 {
		t.Errorf("%d users, %d groups, %d roles, %d policies", users, groups, roles, policies)
	}
	p := must(h.admin.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{types.EntityTypeLocalManagedPolicy}}))(t)
	if len(p.Policies) != 1 || len(p.UserDetailList) != 0 || !strings.HasPrefix(*p.Policies[0].PolicyVersionList[0].Document, "%7B") {
		t.Errorf("filtered: %+v", p)
	}
	s := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t)
	if s.SummaryMap["Users"] != 2 || s.SummaryMap["Roles"] != 1 || s.SummaryMap["AccessKeysPerUserQuota"] != 2 {
		t.Errorf("summary: %v", s.SummaryMap)
	}
	l := must(h.admin.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeAws}))(t)
	if len(l.Policies) != 3 {
		t.Errorf("AWS's policies: %+v", l.Policies)
	}
	d := must(h.admin.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(readOnly), VersionId: aws.String("v1")}))(t)
	text, err := url.QueryUnescape(*d.PolicyVersion.Document)
	if err != nil || !strings.HasPrefix(text, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken",`) {
		t.Errorf("AWS's document: %s", text)
	}
	refused(h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String(readOnly)}))(t, "AccessDenied", "AWS manages it")
	refused(h.admin.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String("http://127.0.0.1")}))(t, "ValidationError", "")
}

// A condition on tags decides who may change whom.
func TestTagConditions(t *testing.T) {
	h, ctx := open(t), t.Context()
	lead := h.AddUser("lead")
	must(h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("lead"), PolicyName: aws.String("p"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
		{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"` + readOnly + `"}}},
		{"Effect":"Allow","Action":["iam:CreateUser","iam:TagUser"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"a"}}}]}`)}))(t)
	must(h.admin.TagUser(ctx, &iam.TagUserInput{UserName: aws.String("lead"), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}}}))(t)
	c := h.as(static(lead))
	make := func(name, team string) (*iam.CreateUserOutput, error) {
		return c.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String(name), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String(team)}}})
	}
	must(make("mine", "a"))(t)
	refused(make("theirs", "b"))(t, "AccessDenied", "iam:CreateUser")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("theirs")}))(t)
	must(c.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("mine")}))(t)
	refused(c.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("theirs")}))(t, "AccessDenied", "iam:CreateAccessKey")
	must(c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("mine"), PolicyArn: aws.String(readOnly)}))(t)
	refused(c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("mine"), PolicyArn: aws.String(powerUser)}))(t, "AccessDenied", "iam:AttachUserPolicy")
}
