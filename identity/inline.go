package identity

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// encoded is a document as answers carry it: percent-encoded, with %20 for a space.
//
// Source: IAM API Reference, GetUserPolicy, PolicyDocument; RFC 3986.
func encoded(document string) *string {
	text := strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
	return &text
}

// putInline writes or replaces an inline policy.
func (i *Identity) putInline(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, name, document *string) error {
	n, err := required("policyName", name)
	if err != nil {
		return err
	}
	text, err := required("policyDocument", document)
	if err != nil {
		return err
	}
	h, err := i.owned(ctx, call, p, operation, kind, owner)
	if err != nil {
		return err
	}
	err = i.Store.PutInlinePolicy(ctx, h.owner, store.InlinePolicy{Name: n, Document: text})
	return told(err, "The "+string(kind)+" with name "+quoted(h.owner.Name)+" cannot be found.", "")
}

// getInline finds an inline policy and tells it with its owner's name.
func (i *Identity) getInline(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, name *string) (found store.InlinePolicy, of string, err error) {
	n, err := required("policyName", name)
	if err != nil {
		return found, "", err
	}
	h, err := i.owned(ctx, call, p, operation, kind, owner)
	if err != nil {
		return found, "", err
	}
	all, err := i.Store.InlinePolicies(ctx, h.owner.ID)
	if err != nil {
		return found, "", err
	}
	for _, d := range all {
		if d.Name == n {
			return d, h.owner.Name, nil
		}
	}
	return found, "", noInline(kind, n)
}

func noInline(kind store.OwnerKind, name string) error {
	return noSuch("The " + string(kind) + " policy with name " + quoted(name) + " cannot be found.")
}

// listInline is a page of the names of inline policies.
func (i *Identity) listInline(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, marker *string, limit *int32) (names []string, next *string, err error) {
	h, err := i.owned(ctx, call, p, operation, kind, owner)
	if err != nil {
		return nil, nil, err
	}
	all, err := i.Store.InlinePolicies(ctx, h.owner.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range all {
		names = append(names, d.Name)
	}
	return paged(names, func(name string) string { return name }, marker, limit)
}

// deleteInline removes an inline policy.
func (i *Identity) deleteInline(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, name *string) error {
	n, err := required("policyName", name)
	if err != nil {
		return err
	}
	h, err := i.owned(ctx, call, p, operation, kind, owner)
	if err != nil {
		return err
	}
	return told(i.Store.DeleteInlinePolicy(ctx, h.owner, n), noInline(kind, n).Error(), "")
}

// The operations on inline policies, for users, groups and roles.
//
// Source: IAM API Reference, {Put,Get,List,Delete}{User,Group,Role}Polic{y,ies}.

// PutUserPolicy writes or replaces an inline policy of a user.
func (i *Identity) PutUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
	return &iam.PutUserPolicyOutput{}, i.putInline(ctx, call, p, "PutUserPolicy", store.OfUser, in.UserName, in.PolicyName, in.PolicyDocument)
}

// PutGroupPolicy writes or replaces an inline policy of a group.
func (i *Identity) PutGroupPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.PutGroupPolicyInput) (*iam.PutGroupPolicyOutput, error) {
	return &iam.PutGroupPolicyOutput{}, i.putInline(ctx, call, p, "PutGroupPolicy", store.OfGroup, in.GroupName, in.PolicyName, in.PolicyDocument)
}

// PutRolePolicy writes or replaces an inline policy of a role.
func (i *Identity) PutRolePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
	return &iam.PutRolePolicyOutput{}, i.putInline(ctx, call, p, "PutRolePolicy", store.OfRole, in.RoleName, in.PolicyName, in.PolicyDocument)
}

// GetUserPolicy tells an inline policy of a user.
func (i *Identity) GetUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
	d, of, err := i.getInline(ctx, call, p, "GetUserPolicy", store.OfUser, in.UserName, in.PolicyName)
	return &iam.GetUserPolicyOutput{PolicyDocument: encoded(d.Document), PolicyName: &d.Name, UserName: &of}, err
}

// GetGroupPolicy tells an inline policy of a group.
func (i *Identity) GetGroupPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetGroupPolicyInput) (*iam.GetGroupPolicyOutput, error) {
	d, of, err := i.getInline(ctx, call, p, "GetGroupPolicy", store.OfGroup, in.GroupName, in.PolicyName)
	return &iam.GetGroupPolicyOutput{PolicyDocument: encoded(d.Document), PolicyName: &d.Name, GroupName: &of}, err
}

// GetRolePolicy tells an inline policy of a role.
func (i *Identity) GetRolePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetRolePolicyInput) (*iam.GetRolePolicyOutput, error) {
	d, of, err := i.getInline(ctx, call, p, "GetRolePolicy", store.OfRole, in.RoleName, in.PolicyName)
	return &iam.GetRolePolicyOutput{PolicyDocument: encoded(d.Document), PolicyName: &d.Name, RoleName: &of}, err
}

// ListUserPolicies lists the names of a user's inline policies.
func (i *Identity) ListUserPolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
	names, next, err := i.listInline(ctx, call, p, "ListUserPolicies", store.OfUser, in.UserName, in.Marker, in.MaxItems)
	return &iam.ListUserPoliciesOutput{PolicyNames: names, Marker: next, IsTruncated: next != nil}, err
}

// ListGroupPolicies lists the names of a group's inline policies.
func (i *Identity) ListGroupPolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListGroupPoliciesInput) (*iam.ListGroupPoliciesOutput, error) {
	names, next, err := i.listInline(ctx, call, p, "ListGroupPolicies", store.OfGroup, in.GroupName, in.Marker, in.MaxItems)
	return &iam.ListGroupPoliciesOutput{PolicyNames: names, Marker: next, IsTruncated: next != nil}, err
}

// ListRolePolicies lists the names of a role's inline policies.
func (i *Identity) ListRolePolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
	names, next, err := i.listInline(ctx, call, p, "ListRolePolicies", store.OfRole, in.RoleName, in.Marker, in.MaxItems)
	return &iam.ListRolePoliciesOutput{PolicyNames: names, Marker: next, IsTruncated: next != nil}, err
}

// DeleteUserPolicy removes an inline policy of a user.
func (i *Identity) DeleteUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
	return &iam.DeleteUserPolicyOutput{}, i.deleteInline(ctx, call, p, "DeleteUserPolicy", store.OfUser, in.UserName, in.PolicyName)
}

// DeleteGroupPolicy removes an inline policy of a group.
func (i *Identity) DeleteGroupPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteGroupPolicyInput) (*iam.DeleteGroupPolicyOutput, error) {
	return &iam.DeleteGroupPolicyOutput{}, i.deleteInline(ctx, call, p, "DeleteGroupPolicy", store.OfGroup, in.GroupName, in.PolicyName)
}

// DeleteRolePolicy removes an inline policy of a role.
func (i *Identity) DeleteRolePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
	return &iam.DeleteRolePolicyOutput{}, i.deleteInline(ctx, call, p, "DeleteRolePolicy", store.OfRole, in.RoleName, in.PolicyName)
}
