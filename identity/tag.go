package identity

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// tagged finds what an operation on tags is about, and asks whether the caller may.
type tagged func(operation string, with members) (store.Tagged, error)

// Each kind of thing that has tags is found in its own way.
func (i *Identity) taggedOwner(ctx context.Context, call access.Call, p principal.Principal, kind store.OwnerKind, name *string) tagged {
	return func(operation string, with members) (store.Tagged, error) {
		h, err := i.owned(ctx, call, p, operation, kind, name, with)
		return h.owner.Tagged(), err
	}
}

func (i *Identity) taggedPolicy(ctx context.Context, call access.Call, p principal.Principal, arn *string) tagged {
	return func(operation string, with members) (store.Tagged, error) {
		m, err := i.policy(ctx, call, p, operation, arn, with)
		return m.Tagged(), err
	}
}

func (i *Identity) taggedProvider(ctx context.Context, call access.Call, p principal.Principal, arn *string) tagged {
	return func(operation string, with members) (store.Tagged, error) {
		o, err := i.provider(ctx, call, p, operation, arn, with)
		return o.Tagged(), err
	}
}

func (i *Identity) tag(ctx context.Context, find tagged, operation string, tags []types.Tag) error {
	put := tagsOf(tags)
	on, err := find(operation, members{request: put})
	if err != nil {
		return err
	}
	return told(i.Store.PutTags(ctx, on, put...), "What is to be tagged cannot be found.", "")
}

func (i *Identity) untag(ctx context.Context, find tagged, operation string, keys []string) error {
	on, err := find(operation, members{keys: keys})
	if err != nil {
		return err
	}
	return i.Store.RemoveTags(ctx, on, keys...)
}

func (i *Identity) listTags(ctx context.Context, find tagged, operation string, marker *string, limit *int32) ([]types.Tag, *string, error) {
	on, err := find(operation, members{})
	if err != nil {
		return nil, nil, err
	}
	all, err := i.Store.Tags(ctx, on)
	if err != nil {
		return nil, nil, err
	}
	page, next, err := paged(all, func(t store.Tag) string { return strings.ToLower(t.Key) }, marker, limit)
	return tagShapes(page), next, err
}

// The operations on tags.
//
// Source: IAM API Reference, {Tag,Untag,List...Tags} of users, roles, policies and OpenID Connect providers.

// TagUser sets tags of a user.
func (i *Identity) TagUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.TagUserInput) (*iam.TagUserOutput, error) {
	return &iam.TagUserOutput{}, i.tag(ctx, i.taggedOwner(ctx, call, p, store.OfUser, in.UserName), "TagUser", in.Tags)
}

// TagRole sets tags of a role.
func (i *Identity) TagRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.TagRoleInput) (*iam.TagRoleOutput, error) {
	return &iam.TagRoleOutput{}, i.tag(ctx, i.taggedOwner(ctx, call, p, store.OfRole, in.RoleName), "TagRole", in.Tags)
}

// TagPolicy sets tags of a managed policy.
func (i *Identity) TagPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.TagPolicyInput) (*iam.TagPolicyOutput, error) {
	return &iam.TagPolicyOutput{}, i.tag(ctx, i.taggedPolicy(ctx, call, p, in.PolicyArn), "TagPolicy", in.Tags)
}

// TagOpenIDConnectProvider sets tags of a provider.
func (i *Identity) TagOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.TagOpenIDConnectProviderInput) (*iam.TagOpenIDConnectProviderOutput, error) {
	return &iam.TagOpenIDConnectProviderOutput{}, i.tag(ctx, i.taggedProvider(ctx, call, p, in.OpenIDConnectProviderArn), "TagOpenIDConnectProvider", in.Tags)
}

// UntagUser removes tags of a user.
func (i *Identity) UntagUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.UntagUserInput) (*iam.UntagUserOutput, error) {
	return &iam.UntagUserOutput{}, i.untag(ctx, i.taggedOwner(ctx, call, p, store.OfUser, in.UserName), "UntagUser", in.TagKeys)
}

// UntagRole removes tags of a role.
func (i *Identity) UntagRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.UntagRoleInput) (*iam.UntagRoleOutput, error) {
	return &iam.UntagRoleOutput{}, i.untag(ctx, i.taggedOwner(ctx, call, p, store.OfRole, in.RoleName), "UntagRole", in.TagKeys)
}

// UntagPolicy removes tags of a managed policy.
func (i *Identity) UntagPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.UntagPolicyInput) (*iam.UntagPolicyOutput, error) {
	return &iam.UntagPolicyOutput{}, i.untag(ctx, i.taggedPolicy(ctx, call, p, in.PolicyArn), "UntagPolicy", in.TagKeys)
}

// UntagOpenIDConnectProvider removes tags of a provider.
func (i *Identity) UntagOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.UntagOpenIDConnectProviderInput) (*iam.UntagOpenIDConnectProviderOutput, error) {
	return &iam.UntagOpenIDConnectProviderOutput{}, i.untag(ctx, i.taggedProvider(ctx, call, p, in.OpenIDConnectProviderArn), "UntagOpenIDConnectProvider", in.TagKeys)
}

// ListUserTags lists the tags of a user.
func (i *Identity) ListUserTags(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListUserTagsInput) (*iam.ListUserTagsOutput, error) {
	tags, next, err := i.listTags(ctx, i.taggedOwner(ctx, call, p, store.OfUser, in.UserName), "ListUserTags", in.Marker, in.MaxItems)
	return &iam.ListUserTagsOutput{Tags: tags, Marker: next, IsTruncated: next != nil}, err
}

// ListRoleTags lists the tags of a role.
func (i *Identity) ListRoleTags(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListRoleTagsInput) (*iam.ListRoleTagsOutput, error) {
	tags, next, err := i.listTags(ctx, i.taggedOwner(ctx, call, p, store.OfRole, in.RoleName), "ListRoleTags", in.Marker, in.MaxItems)
	return &iam.ListRoleTagsOutput{Tags: tags, Marker: next, IsTruncated: next != nil}, err
}

// ListPolicyTags lists the tags of a managed policy.
func (i *Identity) ListPolicyTags(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListPolicyTagsInput) (*iam.ListPolicyTagsOutput, error) {
	tags, next, err := i.listTags(ctx, i.taggedPolicy(ctx, call, p, in.PolicyArn), "ListPolicyTags", in.Marker, in.MaxItems)
	return &iam.ListPolicyTagsOutput{Tags: tags, Marker: next, IsTruncated: next != nil}, err
}

// ListOpenIDConnectProviderTags lists the tags of a provider.
func (i *Identity) ListOpenIDConnectProviderTags(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListOpenIDConnectProviderTagsInput) (*iam.ListOpenIDConnectProviderTagsOutput, error) {
	tags, next, err := i.listTags(ctx, i.taggedProvider(ctx, call, p, in.OpenIDConnectProviderArn), "ListOpenIDConnectProviderTags", in.Marker, in.MaxItems)
	return &iam.ListOpenIDConnectProviderTagsOutput{Tags: tags, Marker: next, IsTruncated: next != nil}, err
}
