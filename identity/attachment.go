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

// attach gives an owner a managed policy.
func (i *Identity) attach(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, arn *string) error {
	h, text, err := i.attached(ctx, call, p, operation, kind, owner, arn)
	if err != nil {
		return err
	}
	return told(i.Store.AttachPolicy(ctx, h.owner, text), notAttachable(text), "")
}

// detach takes a managed policy from an owner.
func (i *Identity) detach(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, arn *string) error {
	h, text, err := i.attached(ctx, call, p, operation, kind, owner, arn)
	if err != nil {
		return err
	}
	return told(i.Store.DetachPolicy(ctx, h.owner, text), "Policy "+text+" was not found.", "")
}

func (i *Identity) attached(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, arn *string) (held, string, error) {
	text, err := policyARN("policyArn", arn)
	if err != nil {
		return held{}, "", err
	}
	h, err := i.owned(ctx, call, p, operation, kind, owner, members{policy: text})
	return h, text, err
}

// listAttached is a page of the managed policies of an owner.
func (i *Identity) listAttached(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, prefix, marker *string, limit *int32) ([]types.AttachedPolicy, *string, error) {
	h, err := i.owned(ctx, call, p, operation, kind, owner)
	if err != nil {
		return nil, nil, err
	}
	all, err := i.Store.AttachedPolicies(ctx, h.owner.ID)
	if err != nil {
		return nil, nil, err
	}
	all = below(all, orElse(prefix, "/"), pathOfPolicy)
	page, next, err := paged(all, func(arn string) string { return arn }, marker, limit)
	return attachedShapes(page), next, err
}

// pathOfPolicy is the path in the ARN of a managed policy, with its name.
func pathOfPolicy(arn string) string {
	_, path, _ := strings.Cut(arn, ":policy")
	return path
}

func attachedShapes(arns []string) []types.AttachedPolicy {
	all := []types.AttachedPolicy{}
	for _, arn := range arns {
		name := arn[strings.LastIndexByte(arn, '/')+1:]
		all = append(all, types.AttachedPolicy{PolicyArn: &arn, PolicyName: &name})
	}
	return all
}

// The operations on attached policies, for users, groups and roles.
//
// Source: IAM API Reference, {Attach,Detach,ListAttached}{User,Group,Role}Polic{y,ies}.

// AttachUserPolicy gives a user a managed policy.
func (i *Identity) AttachUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.AttachUserPolicyInput) (*iam.AttachUserPolicyOutput, error) {
	return &iam.AttachUserPolicyOutput{}, i.attach(ctx, call, p, "AttachUserPolicy", store.OfUser, in.UserName, in.PolicyArn)
}

// AttachGroupPolicy gives a group a managed policy.
func (i *Identity) AttachGroupPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.AttachGroupPolicyInput) (*iam.AttachGroupPolicyOutput, error) {
	return &iam.AttachGroupPolicyOutput{}, i.attach(ctx, call, p, "AttachGroupPolicy", store.OfGroup, in.GroupName, in.PolicyArn)
}

// AttachRolePolicy gives a role a managed policy.
func (i *Identity) AttachRolePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.AttachRolePolicyInput) (*iam.AttachRolePolicyOutput, error) {
	return &iam.AttachRolePolicyOutput{}, i.attach(ctx, call, p, "AttachRolePolicy", store.OfRole, in.RoleName, in.PolicyArn)
}

// DetachUserPolicy takes a managed policy from a user.
func (i *Identity) DetachUserPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DetachUserPolicyInput) (*iam.DetachUserPolicyOutput, error) {
	return &iam.DetachUserPolicyOutput{}, i.detach(ctx, call, p, "DetachUserPolicy", store.OfUser, in.UserName, in.PolicyArn)
}

// DetachGroupPolicy takes a managed policy from a group.
func (i *Identity) DetachGroupPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DetachGroupPolicyInput) (*iam.DetachGroupPolicyOutput, error) {
	return &iam.DetachGroupPolicyOutput{}, i.detach(ctx, call, p, "DetachGroupPolicy", store.OfGroup, in.GroupName, in.PolicyArn)
}

// DetachRolePolicy takes a managed policy from a role.
func (i *Identity) DetachRolePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DetachRolePolicyInput) (*iam.DetachRolePolicyOutput, error) {
	return &iam.DetachRolePolicyOutput{}, i.detach(ctx, call, p, "DetachRolePolicy", store.OfRole, in.RoleName, in.PolicyArn)
}

// ListAttachedUserPolicies lists the managed policies of a user.
func (i *Identity) ListAttachedUserPolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListAttachedUserPoliciesInput) (*iam.ListAttachedUserPoliciesOutput, error) {
	page, next, err := i.listAttached(ctx, call, p, "ListAttachedUserPolicies", store.OfUser, in.UserName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: page, Marker: next, IsTruncated: next != nil}, err
}

// ListAttachedGroupPolicies lists the managed policies of a group.
func (i *Identity) ListAttachedGroupPolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListAttachedGroupPoliciesInput) (*iam.ListAttachedGroupPoliciesOutput, error) {
	page, next, err := i.listAttached(ctx, call, p, "ListAttachedGroupPolicies", store.OfGroup, in.GroupName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedGroupPoliciesOutput{AttachedPolicies: page, Marker: next, IsTruncated: next != nil}, err
}

// ListAttachedRolePolicies lists the managed policies of a role.
func (i *Identity) ListAttachedRolePolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListAttachedRolePoliciesInput) (*iam.ListAttachedRolePoliciesOutput, error) {
	page, next, err := i.listAttached(ctx, call, p, "ListAttachedRolePolicies", store.OfRole, in.RoleName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: page, Marker: next, IsTruncated: next != nil}, err
}

// ListEntitiesForPolicy lists who has a managed policy, as a policy or as a boundary.
//
// Source: IAM API Reference, ListEntitiesForPolicy.
func (i *Identity) ListEntitiesForPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
	m, err := i.policy(ctx, call, p, "ListEntitiesForPolicy", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	var all []store.Owner
	for _, use := range []store.Use{store.AsPolicy, store.AsBoundary} {
		if in.PolicyUsageFilter != "" && in.PolicyUsageFilter != types.PolicyUsageType(use) {
			continue
		}
		found, err := i.Store.PolicyOwners(ctx, p.Account, m.ARN(), use)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	all = below(filtered(all, in.EntityFilter), orElse(in.PathPrefix, "/"), func(o store.Owner) string { return o.Path })
	page, next, err := paged(distinct(all), ownerKey, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &iam.ListEntitiesForPolicyOutput{Marker: next, IsTruncated: next != nil,
		PolicyUsers: []types.PolicyUser{}, PolicyRoles: []types.PolicyRole{}, PolicyGroups: []types.PolicyGroup{}}
	for _, o := range page {
		switch o.Kind {
		case store.OfUser:
			out.PolicyUsers = append(out.PolicyUsers, types.PolicyUser{UserId: &o.ID, UserName: &o.Name})
		case store.OfRole:
			out.PolicyRoles = append(out.PolicyRoles, types.PolicyRole{RoleId: &o.ID, RoleName: &o.Name})
		case store.OfGroup:
			out.PolicyGroups = append(out.PolicyGroups, types.PolicyGroup{GroupId: &o.ID, GroupName: &o.Name})
		}
	}
	return out, nil
}

func filtered(all []store.Owner, kind types.EntityType) []store.Owner {
	kept := []store.Owner{}
	for _, o := range all {
		if kind == "" || strings.EqualFold(string(kind), string(o.Kind)) {
			kept = append(kept, o)
		}
	}
	return kept
}

func ownerKey(o store.Owner) string { return string(o.Kind) + " " + o.ID }

// distinct sorts by key and drops who has a policy twice: as a policy and as a boundary.
func distinct(all []store.Owner) []store.Owner {
	sortBy(all, ownerKey)
	kept := []store.Owner{}
	for n, o := range all {
		if n == 0 || all[n-1].ID != o.ID {
			kept = append(kept, o)
		}
	}
	return kept
}
