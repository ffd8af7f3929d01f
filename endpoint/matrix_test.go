package endpoint_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/endpoint"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// needed says of an operation what its request holds, and which actions it takes. Without any, everybody who has shown who he
// is may have it.
type needed struct {
	input string // as a form; ACCOUNT stands for the account
	needs []string
}

// iam is the row of an operation of IAM: it takes the action of its own name.
func iam(input string) needed { return needed{input: input, needs: []string{}} }

const (
	noUser     = "UserName=nobody"
	noRole     = "RoleName=nothing"
	noGroup    = "GroupName=none"
	noPolicy   = "PolicyArn=arn:aws:iam::ACCOUNT:policy/none"
	noProvider = "OpenIDConnectProviderArn=arn:aws:iam::ACCOUNT:oidc-provider/ci.example.com"
	document   = "PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
	trust      = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22ACCOUNT%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D"
)

// rows has one for every operation in the table.
var rows = map[string]needed{
	"ecr-public:GetAuthorizationToken": {"{}", []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}},

	"sts:GetCallerIdentity":          {},
	"sts:GetSessionToken":            {},
	"sts:AssumeRole":                 {"RoleArn=arn:aws:iam::ACCOUNT:role/trusting&RoleSessionName=matrix", []string{"sts:AssumeRole"}},
	"sts:GetAccessKeyInfo":           {"AccessKeyId=AKIAAAAAAAAAAAAAAAAA", []string{"sts:GetAccessKeyInfo"}},
	"sts:DecodeAuthorizationMessage": {"EncodedMessage=x", []string{"sts:DecodeAuthorizationMessage"}},
	"sts:GetFederationToken":         {"Name=guest", []string{"sts:GetFederationToken"}},

	"iam:CreateUser": iam("UserName=made"), "iam:GetUser": iam(noUser), "iam:ListUsers": iam(""), "iam:UpdateUser": iam(noUser), "iam:DeleteUser": iam(noUser),
	"iam:CreateAccessKey": iam(noUser), "iam:ListAccessKeys": iam(noUser), "iam:UpdateAccessKey": iam(noUser + "&AccessKeyId=AKIAAAAAAAAAAAAAAAAA&Status=Active"),
	"iam:DeleteAccessKey": iam(noUser + "&AccessKeyId=AKIAAAAAAAAAAAAAAAAA"), "iam:GetAccessKeyLastUsed": iam("AccessKeyId=AKIAAAAAAAAAAAAAAAAA"),

	"iam:CreateGroup": iam("GroupName=made"), "iam:GetGroup": iam(noGroup), "iam:ListGroups": iam(""), "iam:ListGroupsForUser": iam(noUser), "iam:UpdateGroup": iam(noGroup),
	"iam:DeleteGroup": iam(noGroup), "iam:AddUserToGroup": iam(noGroup + "&" + noUser), "iam:RemoveUserFromGroup": iam(noGroup + "&" + noUser),

	"iam:CreateRole": iam("RoleName=made&AssumeRolePolicyDocument=" + trust), "iam:GetRole": iam(noRole), "iam:ListRoles": iam(""), "iam:UpdateRole": iam(noRole),
	"iam:UpdateRoleDescription": iam(noRole + "&Description=x"), "iam:UpdateAssumeRolePolicy": iam(noRole + "&PolicyDocument=" + trust), "iam:DeleteRole": iam(noRole),

	"iam:PutUserPolicy": iam(noUser + "&PolicyName=p&" + document), "iam:GetUserPolicy": iam(noUser + "&PolicyName=p"), "iam:ListUserPolicies": iam(noUser), "iam:DeleteUserPolicy": iam(noUser + "&PolicyName=p"),
	"iam:PutGroupPolicy": iam(noGroup + "&PolicyName=p&" + document), "iam:GetGroupPolicy": iam(noGroup + "&PolicyName=p"), "iam:ListGroupPolicies": iam(noGroup), "iam:DeleteGroupPolicy": iam(noGroup + "&PolicyName=p"),
	"iam:PutRolePolicy": iam(noRole + "&PolicyName=p&" + document), "iam:GetRolePolicy": iam(noRole + "&PolicyName=p"), "iam:ListRolePolicies": iam(noRole), "iam:DeleteRolePolicy": iam(noRole + "&PolicyName=p"),

	"iam:CreatePolicy": iam("PolicyName=made&" + document), "iam:GetPolicy": iam(noPolicy), "iam:ListPolicies": iam(""), "iam:DeletePolicy": iam(noPolicy),
	"iam:CreatePolicyVersion": iam(noPolicy + "&" + document), "iam:GetPolicyVersion": iam(noPolicy + "&VersionId=v1"), "iam:ListPolicyVersions": iam(noPolicy),
	"iam:SetDefaultPolicyVersion": iam(noPolicy + "&VersionId=v1"), "iam:DeletePolicyVersion": iam(noPolicy + "&VersionId=v1"), "iam:ListEntitiesForPolicy": iam(noPolicy),

	"iam:AttachUserPolicy": iam(noUser + "&" + noPolicy), "iam:DetachUserPolicy": iam(noUser + "&" + noPolicy), "iam:ListAttachedUserPolicies": iam(noUser),
	"iam:AttachGroupPolicy": iam(noGroup + "&" + noPolicy), "iam:DetachGroupPolicy": iam(noGroup + "&" + noPolicy), "iam:ListAttachedGroupPolicies": iam(noGroup),
	"iam:AttachRolePolicy": iam(noRole + "&" + noPolicy), "iam:DetachRolePolicy": iam(noRole + "&" + noPolicy), "iam:ListAttachedRolePolicies": iam(noRole),

	"iam:PutUserPermissionsBoundary": iam(noUser + "&PermissionsBoundary=arn:aws:iam::ACCOUNT:policy/none"), "iam:DeleteUserPermissionsBoundary": iam(noUser),
	"iam:PutRolePermissionsBoundary": iam(noRole + "&PermissionsBoundary=arn:aws:iam::ACCOUNT:policy/none"), "iam:DeleteRolePermissionsBoundary": iam(noRole),

	"iam:TagUser": iam(noUser + "&Tags.member.1.Key=k&Tags.member.1.Value=v"), "iam:UntagUser": iam(noUser + "&TagKeys.member.1=k"), "iam:ListUserTags": iam(noUser),
	"iam:TagRole": iam(noRole + "&Tags.member.1.Key=k&Tags.member.1.Value=v"), "iam:UntagRole": iam(noRole + "&TagKeys.member.1=k"), "iam:ListRoleTags": iam(noRole),
	"iam:TagPolicy": iam(noPolicy + "&Tags.member.1.Key=k&Tags.member.1.Value=v"), "iam:UntagPolicy": iam(noPolicy + "&TagKeys.member.1=k"), "iam:ListPolicyTags": iam(noPolicy),
	"iam:TagOpenIDConnectProvider":   iam(noProvider + "&Tags.member.1.Key=k&Tags.member.1.Value=v"),
	"iam:UntagOpenIDConnectProvider": iam(noProvider + "&TagKeys.member.1=k"), "iam:ListOpenIDConnectProviderTags": iam(noProvider),

	"iam:CreateOpenIDConnectProvider": iam("Url=https://ci.example.com"), "iam:GetOpenIDConnectProvider": iam(noProvider), "iam:ListOpenIDConnectProviders": iam(""),
	"iam:DeleteOpenIDConnectProvider": iam(noProvider), "iam:AddClientIDToOpenIDConnectProvider": iam(noProvider + "&ClientID=x"),
	"iam:RemoveClientIDFromOpenIDConnectProvider": iam(noProvider + "&ClientID=x"), "iam:UpdateOpenIDConnectProviderThumbprint": iam(noProvider),

	"iam:GetAccountSummary": iam(""), "iam:GetAccountAuthorizationDetails": iam(""), "iam:ListAccountAliases": iam(""),
	"iam:SimulatePrincipalPolicy": iam("PolicySourceArn=arn:aws:iam::ACCOUNT:user/nobody&ActionNames.member.1=iam:GetUser"),
	"iam:SimulateCustomPolicy":    iam("PolicyInputList.member.1=" + strings.TrimPrefix(document, "PolicyDocument=") + "&ActionNames.member.1=iam:GetUser"),

	"iam:ListInstanceProfilesForRole": iam(noRole), "iam:ListSSHPublicKeys": iam(noUser), "iam:ListMFADevices": iam(noUser), "iam:ListVirtualMFADevices": iam(""),
	"iam:ListSigningCertificates": iam(noUser), "iam:ListServiceSpecificCredentials": iam(noUser), "iam:GetLoginProfile": iam(noUser), "iam:DeleteLoginProfile": iam(noUser),
}

// versions are how Query requests name their service.
var versions = map[string]string{"sts": "2011-06-15", "iam": "2010-05-08"}

// message is the request of an operation, not yet signed.
func (h *house) operation(service, name, input string) message {
	if service == "ecr-public" {
		return h.getToken()
	}
	form := "Action=" + name + "&Version=" + versions[service]
	if input != "" {
		form += "&" + strings.ReplaceAll(input, "ACCOUNT", h.Account)
	}
	return h.whoAmI().carrying(form)
}

// P21: every operation is refused to those who have not shown who they are, and to those who may do everything but what
// it takes; it is not refused to those who may do that and nothing else. An operation without a row fails.
func TestHostileP21(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	if _, err := h.Store().CreateRole(ctx, store.Role{Account: h.Account, Name: "trusting", Path: "/", Trust: must(url.QueryUnescape(strings.ReplaceAll(trust, "ACCOUNT", h.Account)))(t)}); err != nil {
		t.Fatal(err)
	}
	left := map[string]needed{}
	for name, r := range rows {
		if r.needs != nil && len(r.needs) == 0 {
			r.needs = []string{name}
		}
		left[name] = r
	}
	for _, op := range endpoint.Operations() {
		name := op.Service + ":" + op.Name
		r, ok := left[name]
		if !ok {
			t.Errorf("operation %s has no row in this test: what does it need?", name)
			continue
		}
		delete(left, name)
		m := h.operation(op.Service, op.Name, r.input)
		if code := h.send(t, m).fault().code; !strings.HasPrefix(code, "MissingAuthenticationToken") {
			t.Errorf("%s without a signature: %q", name, code)
		}
		denied := func(k servertest.Key) bool {
			code := h.send(t, as(k, op.Service, time.Now()).sign(t, m)).fault().code
			return strings.HasPrefix(code, "AccessDenied")
		}
		if nothing := h.AddUser("none-" + op.Name); denied(nothing) != (len(r.needs) > 0) {
			t.Errorf("%s with no rights: denied is %v", name, len(r.needs) == 0)
		}
		if len(r.needs) > 0 && denied(h.AddUser("own-"+op.Name, servertest.Grant{Actions: r.needs, Resources: []string{"*"}})) {
			t.Errorf("%s is refused to who may %q", name, r.needs)
		}
		for n, action := range r.needs {
			k := h.AddUser("not-" + op.Name + string(rune('a'+n)))
			all := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"` + action + `","Resource":"*"}}`
			u := must(h.Store().UserByName(ctx, h.Account, k.UserName))(t)
			if err := h.Store().PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: all}); err != nil {
				t.Fatal(err)
			}
			if !denied(k) {
				t.Errorf("%s is not refused to who may do everything but %s", name, action)
			}
		}
	}
	for name := range left {
		t.Errorf("%s is no operation any more", name)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
