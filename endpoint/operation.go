package endpoint

import (
	"context"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/shape"
)

// Services by their signing names.
const (
	ECRPublic = "ecr-public"
	STS       = "sts"
	IAM       = "iam"
)

// operation is a row of the table: how it is named on the wire and what acts.
type operation struct {
	service  string
	protocol shape.Protocol
	name     string
	act      act
}

// act reads an operation's input and acts on it, in one function, so that no row can be given another's input.
type act func(ctx context.Context, call access.Call, p principal.Principal, from input) (output any, err error)

// with makes a row's act of a domain's operation.
func with[I, O any](do func(context.Context, access.Call, principal.Principal, *I) (*O, error)) act {
	return func(ctx context.Context, call access.Call, p principal.Principal, from input) (any, error) {
		in := new(I)
		if err := from.read(in); err != nil {
			return nil, err
		}
		out, err := do(ctx, call, p, in)
		if err != nil {
			return nil, err
		}
		return out, nil
	}
}

// table is every operation there is. A new one is a row here and a function in the package of its domain.
func table(i *issuer.Issuer, who *identity.Identity) []operation {
	return []operation{
		{ECRPublic, shape.JSON, "GetAuthorizationToken", with(i.GetAuthorizationToken)},
		{STS, shape.Query, "GetCallerIdentity", with(who.GetCallerIdentity)},
		{STS, shape.Query, "AssumeRole", with(who.AssumeRole)},
		{STS, shape.Query, "GetAccessKeyInfo", with(who.GetAccessKeyInfo)},
		{STS, shape.Query, "DecodeAuthorizationMessage", with(who.DecodeAuthorizationMessage)},
		{STS, shape.Query, "GetSessionToken", with(who.GetSessionToken)},
		{STS, shape.Query, "GetFederationToken", with(who.GetFederationToken)},
		{IAM, shape.Query, "CreateUser", with(who.CreateUser)},
		{IAM, shape.Query, "GetUser", with(who.GetUser)},
		{IAM, shape.Query, "ListUsers", with(who.ListUsers)},
		{IAM, shape.Query, "UpdateUser", with(who.UpdateUser)},
		{IAM, shape.Query, "DeleteUser", with(who.DeleteUser)},

		{IAM, shape.Query, "CreateAccessKey", with(who.CreateAccessKey)},
		{IAM, shape.Query, "ListAccessKeys", with(who.ListAccessKeys)},
		{IAM, shape.Query, "UpdateAccessKey", with(who.UpdateAccessKey)},
		{IAM, shape.Query, "DeleteAccessKey", with(who.DeleteAccessKey)},
		{IAM, shape.Query, "GetAccessKeyLastUsed", with(who.GetAccessKeyLastUsed)},

		{IAM, shape.Query, "CreateGroup", with(who.CreateGroup)},
		{IAM, shape.Query, "GetGroup", with(who.GetGroup)},
		{IAM, shape.Query, "ListGroups", with(who.ListGroups)},
		{IAM, shape.Query, "ListGroupsForUser", with(who.ListGroupsForUser)},
		{IAM, shape.Query, "UpdateGroup", with(who.UpdateGroup)},
		{IAM, shape.Query, "DeleteGroup", with(who.DeleteGroup)},
		{IAM, shape.Query, "AddUserToGroup", with(who.AddUserToGroup)},
		{IAM, shape.Query, "RemoveUserFromGroup", with(who.RemoveUserFromGroup)},

		{IAM, shape.Query, "CreateRole", with(who.CreateRole)},
		{IAM, shape.Query, "GetRole", with(who.GetRole)},
		{IAM, shape.Query, "ListRoles", with(who.ListRoles)},
		{IAM, shape.Query, "UpdateRole", with(who.UpdateRole)},
		{IAM, shape.Query, "UpdateRoleDescription", with(who.UpdateRoleDescription)},
		{IAM, shape.Query, "UpdateAssumeRolePolicy", with(who.UpdateAssumeRolePolicy)},
		{IAM, shape.Query, "DeleteRole", with(who.DeleteRole)},

		{IAM, shape.Query, "PutUserPolicy", with(who.PutUserPolicy)},
		{IAM, shape.Query, "GetUserPolicy", with(who.GetUserPolicy)},
		{IAM, shape.Query, "ListUserPolicies", with(who.ListUserPolicies)},
		{IAM, shape.Query, "DeleteUserPolicy", with(who.DeleteUserPolicy)},

		{IAM, shape.Query, "PutGroupPolicy", with(who.PutGroupPolicy)},
		{IAM, shape.Query, "GetGroupPolicy", with(who.GetGroupPolicy)},
		{IAM, shape.Query, "ListGroupPolicies", with(who.ListGroupPolicies)},
		{IAM, shape.Query, "DeleteGroupPolicy", with(who.DeleteGroupPolicy)},

		{IAM, shape.Query, "PutRolePolicy", with(who.PutRolePolicy)},
		{IAM, shape.Query, "GetRolePolicy", with(who.GetRolePolicy)},
		{IAM, shape.Query, "ListRolePolicies", with(who.ListRolePolicies)},
		{IAM, shape.Query, "DeleteRolePolicy", with(who.DeleteRolePolicy)},

		{IAM, shape.Query, "CreatePolicy", with(who.CreatePolicy)},
		{IAM, shape.Query, "GetPolicy", with(who.GetPolicy)},
		{IAM, shape.Query, "ListPolicies", with(who.ListPolicies)},
		{IAM, shape.Query, "DeletePolicy", with(who.DeletePolicy)},
		{IAM, shape.Query, "CreatePolicyVersion", with(who.CreatePolicyVersion)},
		{IAM, shape.Query, "GetPolicyVersion", with(who.GetPolicyVersion)},
		{IAM, shape.Query, "ListPolicyVersions", with(who.ListPolicyVersions)},
		{IAM, shape.Query, "SetDefaultPolicyVersion", with(who.SetDefaultPolicyVersion)},
		{IAM, shape.Query, "DeletePolicyVersion", with(who.DeletePolicyVersion)},
		{IAM, shape.Query, "ListEntitiesForPolicy", with(who.ListEntitiesForPolicy)},

		{IAM, shape.Query, "AttachUserPolicy", with(who.AttachUserPolicy)},
		{IAM, shape.Query, "DetachUserPolicy", with(who.DetachUserPolicy)},
		{IAM, shape.Query, "ListAttachedUserPolicies", with(who.ListAttachedUserPolicies)},

		{IAM, shape.Query, "AttachGroupPolicy", with(who.AttachGroupPolicy)},
		{IAM, shape.Query, "DetachGroupPolicy", with(who.DetachGroupPolicy)},
		{IAM, shape.Query, "ListAttachedGroupPolicies", with(who.ListAttachedGroupPolicies)},

		{IAM, shape.Query, "AttachRolePolicy", with(who.AttachRolePolicy)},
		{IAM, shape.Query, "DetachRolePolicy", with(who.DetachRolePolicy)},
		{IAM, shape.Query, "ListAttachedRolePolicies", with(who.ListAttachedRolePolicies)},

		{IAM, shape.Query, "PutUserPermissionsBoundary", with(who.PutUserPermissionsBoundary)},
		{IAM, shape.Query, "DeleteUserPermissionsBoundary", with(who.DeleteUserPermissionsBoundary)},
		{IAM, shape.Query, "PutRolePermissionsBoundary", with(who.PutRolePermissionsBoundary)},
		{IAM, shape.Query, "DeleteRolePermissionsBoundary", with(who.DeleteRolePermissionsBoundary)},

		{IAM, shape.Query, "TagUser", with(who.TagUser)},
		{IAM, shape.Query, "UntagUser", with(who.UntagUser)},
		{IAM, shape.Query, "ListUserTags", with(who.ListUserTags)},
		{IAM, shape.Query, "TagRole", with(who.TagRole)},
		{IAM, shape.Query, "UntagRole", with(who.UntagRole)},
		{IAM, shape.Query, "ListRoleTags", with(who.ListRoleTags)},
		{IAM, shape.Query, "TagPolicy", with(who.TagPolicy)},
		{IAM, shape.Query, "UntagPolicy", with(who.UntagPolicy)},
		{IAM, shape.Query, "ListPolicyTags", with(who.ListPolicyTags)},
		{IAM, shape.Query, "TagOpenIDConnectProvider", with(who.TagOpenIDConnectProvider)},
		{IAM, shape.Query, "UntagOpenIDConnectProvider", with(who.UntagOpenIDConnectProvider)},
		{IAM, shape.Query, "ListOpenIDConnectProviderTags", with(who.ListOpenIDConnectProviderTags)},

		{IAM, shape.Query, "CreateOpenIDConnectProvider", with(who.CreateOpenIDConnectProvider)},
		{IAM, shape.Query, "GetOpenIDConnectProvider", with(who.GetOpenIDConnectProvider)},
		{IAM, shape.Query, "ListOpenIDConnectProviders", with(who.ListOpenIDConnectProviders)},
		{IAM, shape.Query, "DeleteOpenIDConnectProvider", with(who.DeleteOpenIDConnectProvider)},
		{IAM, shape.Query, "AddClientIDToOpenIDConnectProvider", with(who.AddClientIDToOpenIDConnectProvider)},
		{IAM, shape.Query, "RemoveClientIDFromOpenIDConnectProvider", with(who.RemoveClientIDFromOpenIDConnectProvider)},
		{IAM, shape.Query, "UpdateOpenIDConnectProviderThumbprint", with(who.UpdateOpenIDConnectProviderThumbprint)},

		{IAM, shape.Query, "GetAccountSummary", with(who.GetAccountSummary)},
		{IAM, shape.Query, "GetAccountAuthorizationDetails", with(who.GetAccountAuthorizationDetails)},
		{IAM, shape.Query, "ListAccountAliases", with(who.ListAccountAliases)},
		{IAM, shape.Query, "SimulatePrincipalPolicy", with(who.SimulatePrincipalPolicy)},
		{IAM, shape.Query, "SimulateCustomPolicy", with(who.SimulateCustomPolicy)},

		{IAM, shape.Query, "ListInstanceProfilesForRole", with(who.ListInstanceProfilesForRole)},
		{IAM, shape.Query, "ListSSHPublicKeys", with(who.ListSSHPublicKeys)},
		{IAM, shape.Query, "ListMFADevices", with(who.ListMFADevices)},
		{IAM, shape.Query, "ListVirtualMFADevices", with(who.ListVirtualMFADevices)},
		{IAM, shape.Query, "ListSigningCertificates", with(who.ListSigningCertificates)},
		{IAM, shape.Query, "ListServiceSpecificCredentials", with(who.ListServiceSpecificCredentials)},
		{IAM, shape.Query, "GetLoginProfile", with(who.GetLoginProfile)},
		{IAM, shape.Query, "DeleteLoginProfile", with(who.DeleteLoginProfile)},
	}
}

// unsigned are the operations that need no signature: their input holds a credential of another kind, which they check
// themselves. It is a table of its own, so that no row of the other one can be opened by a word too many.
//
// Source: STS's model, operations with the trait optionalAuth or an authtype of none.
func unsigned(who *identity.Identity) []operation {
	return []operation{
		{STS, shape.Query, "AssumeRoleWithWebIdentity", with(who.AssumeRoleWithWebIdentity)},
	}
}

// target is how a request names an operation: the prefix of X-Amz-Target, or the Version of a Query request, and the
// operation's name.
type target struct{ family, name string }

// families are the two ways to name a service on the wire.
//
// Source: the services' models, targetPrefix and apiVersion.
var families = map[string]string{
	ECRPublic: "SpencerFrontendService",
	STS:       "2011-06-15",
	IAM:       "2010-05-08",
}

// namespaces are the XML namespaces of the Query services' answers.
var namespaces = map[string]string{
	STS: "https://sts.amazonaws.com/doc/2011-06-15/",
	IAM: "https://iam.amazonaws.com/doc/2010-05-08/",
}
