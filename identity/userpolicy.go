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

// PutUserPolicy writes or replaces an inline policy of a user.
//
// Source: IAM API Reference, PutUserPolicy.
func (i *Identity) PutUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
	name, err := required("policyName", in.PolicyName)
	if err != nil {
		return nil, err
	}
	document, err := required("policyDocument", in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	u, err := i.named(ctx, call, p, "PutUserPolicy", in.UserName)
	if err != nil {
		return nil, err
	}
	if err := i.Store.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: name, Document: document}); err != nil {
		return nil, told(err, "The user with name "+u.Name+" cannot be found.", "")
	}
	return &iam.PutUserPolicyOutput{}, nil
}

// GetUserPolicy tells an inline policy; its document is URL-encoded, as in every answer of IAM.
//
// Source: IAM API Reference, GetUserPolicy; RFC 3986.
func (i *Identity) GetUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
	name, err := required("policyName", in.PolicyName)
	if err != nil {
		return nil, err
	}
	u, err := i.named(ctx, call, p, "GetUserPolicy", in.UserName)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.InlinePolicies(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Name == name {
			text := encoded(d.Document)
			return &iam.GetUserPolicyOutput{PolicyDocument: &text, PolicyName: &d.Name, UserName: &u.Name}, nil
		}
	}
	return nil, noSuch("The user policy with name " + quoted(name) + " cannot be found.")
}

// encoded is a document as answers carry it: percent-encoded, with %20 for a space.
func encoded(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// ListUserPolicies lists the names of a user's inline policies.
//
// Source: IAM API Reference, ListUserPolicies.
func (i *Identity) ListUserPolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
	u, err := i.named(ctx, call, p, "ListUserPolicies", in.UserName)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.InlinePolicies(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, d := range all {
		names = append(names, d.Name)
	}
	page, next, err := paged(names, func(name string) string { return name }, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListUserPoliciesOutput{PolicyNames: page, Marker: next, IsTruncated: next != nil}, nil
}

// DeleteUserPolicy removes an inline policy of a user.
//
// Source: IAM API Reference, DeleteUserPolicy.
func (i *Identity) DeleteUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
	name, err := required("policyName", in.PolicyName)
	if err != nil {
		return nil, err
	}
	u, err := i.named(ctx, call, p, "DeleteUserPolicy", in.UserName)
	if err != nil {
		return nil, err
	}
	if err := i.Store.DeleteInlinePolicy(ctx, u.Owner(), name); err != nil {
		return nil, told(err, "The user policy with name "+quoted(name)+" cannot be found.", "")
	}
	return &iam.DeleteUserPolicyOutput{}, nil
}

// named is user for an operation that does not fall back to the caller.
func (i *Identity) named(ctx context.Context, call access.Call, p principal.Principal, operation string, name *string) (store.User, error) {
	if _, err := required("userName", name); err != nil {
		return store.User{}, err
	}
	return i.user(ctx, call, p, operation, name)
}
