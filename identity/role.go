package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// roleShape is a role as lists show it.
func (i *Identity) roleShape(ctx context.Context, r store.Role) (types.Role, error) {
	trust, err := i.Store.ShownTrust(ctx, r)
	arn, seconds := r.ARN(), int32(r.MaxSession/time.Second)
	out := types.Role{Arn: &arn, CreateDate: at(r.CreatedAt), Path: &r.Path, RoleId: &r.ID, RoleName: &r.Name,
		AssumeRolePolicyDocument: encoded(trust), MaxSessionDuration: &seconds}
	if r.Description != "" {
		out.Description = &r.Description
	}
	return out, err
}

// fullRole is a role as GetRole shows it.
func (i *Identity) fullRole(ctx context.Context, r store.Role) (*types.Role, error) {
	out, err := i.roleShape(ctx, r)
	if err != nil {
		return nil, err
	}
	out.PermissionsBoundary = boundaryShape(r.Boundary)
	tags, err := i.Store.Tags(ctx, r.Owner().Tagged())
	if err != nil {
		return nil, err
	}
	out.Tags = tagShapes(tags)
	out.RoleLastUsed = &types.RoleLastUsed{}
	used, err := i.Store.LastUsed(ctx, r.ID)
	if errors.Is(err, store.ErrNotFound) {
		return &out, nil
	}
	out.RoleLastUsed = &types.RoleLastUsed{LastUsedDate: at(used.At), Region: &used.Region}
	return &out, err
}

func inSeconds(n *int32) time.Duration { return time.Duration(value(n)) * time.Second }

// CreateRole makes a role with its trust policy and nothing that it may do.
//
// Source: IAM API Reference, CreateRole.
func (i *Identity) CreateRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreateRoleInput) (*iam.CreateRoleOutput, error) {
	name, err := required("roleName", in.RoleName)
	if err != nil {
		return nil, err
	}
	trust, err := required("assumeRolePolicyDocument", in.AssumeRolePolicyDocument)
	if err != nil {
		return nil, err
	}
	if _, err := description.optional(in.Description); err != nil {
		return nil, err
	}
	r := store.Role{Account: p.Account, Name: name, Path: orElse(in.Path, "/"), Description: value(in.Description),
		Trust: trust, MaxSession: inSeconds(in.MaxSessionDuration), Boundary: value(in.PermissionsBoundary)}
	tags := tagsOf(in.Tags)
	if err := i.mayMake(ctx, call, p, "CreateRole", "TagRole", thing{arn: r.ARN(), request: tags, boundary: r.Boundary}); err != nil {
		return nil, err
	}
	if r, err = i.Store.CreateRole(ctx, r, tags...); err != nil {
		return nil, told(err, notAttachable(r.Boundary), "Role with name "+name+" already exists.")
	}
	out, err := i.roleShape(ctx, r)
	out.Tags, out.PermissionsBoundary = in.Tags, boundaryShape(r.Boundary)
	return &iam.CreateRoleOutput{Role: &out}, err
}

// GetRole tells a role with its trust policy.
//
// Source: IAM API Reference, GetRole.
func (i *Identity) GetRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
	h, err := i.owned(ctx, call, p, "GetRole", store.OfRole, in.RoleName)
	if err != nil {
		return nil, err
	}
	r, err := i.fullRole(ctx, h.role)
	return &iam.GetRoleOutput{Role: r}, err
}

// ListRoles lists the account's roles by name, those below a path if one is given.
//
// Source: IAM API Reference, ListRoles.
func (i *Identity) ListRoles(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	arn, path := under(p.Account, "role", in.PathPrefix)
	if err := i.may(ctx, call, p, "ListRoles", arn); err != nil {
		return nil, err
	}
	all, err := i.Store.Roles(ctx, p.Account)
	if err != nil {
		return nil, err
	}
	all = below(all, path, func(r store.Role) string { return r.Path })
	page, next, err := paged(all, func(r store.Role) string { return strings.ToLower(r.Name) }, in.Marker, in.MaxItems)
	out := &iam.ListRolesOutput{Roles: []types.Role{}, Marker: next, IsTruncated: next != nil}
	for _, r := range page {
		shape, err := i.roleShape(ctx, r)
		if err != nil {
			return nil, err
		}
		out.Roles = append(out.Roles, shape)
	}
	return out, err
}

// UpdateRole changes a role's description and the longest session it gives. What is not given stays.
//
// Source: IAM API Reference, UpdateRole.
func (i *Identity) UpdateRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateRoleInput) (*iam.UpdateRoleOutput, error) {
	h, err := i.owned(ctx, call, p, "UpdateRole", store.OfRole, in.RoleName)
	if err != nil {
		return nil, err
	}
	longest, text := h.role.MaxSession, h.role.Description
	if in.MaxSessionDuration != nil {
		longest = inSeconds(in.MaxSessionDuration)
	}
	if in.Description != nil {
		text = *in.Description
	}
	if err := description.check(text); err != nil {
		return nil, err
	}
	err = i.Store.UpdateRole(ctx, h.role, text, longest)
	return &iam.UpdateRoleOutput{}, told(err, gone(store.OfRole, h.role.Name).Error(), "")
}

// UpdateRoleDescription changes a role's description.
//
// Source: IAM API Reference, UpdateRoleDescription.
func (i *Identity) UpdateRoleDescription(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateRoleDescriptionInput) (*iam.UpdateRoleDescriptionOutput, error) {
	h, err := i.owned(ctx, call, p, "UpdateRoleDescription", store.OfRole, in.RoleName)
	if err != nil {
		return nil, err
	}
	if h.role.Description, err = description.optional(in.Description); err != nil {
		return nil, err
	}
	if err := i.Store.UpdateRole(ctx, h.role, h.role.Description, h.role.MaxSession); err != nil {
		return nil, told(err, gone(store.OfRole, h.role.Name).Error(), "")
	}
	r, err := i.fullRole(ctx, h.role)
	return &iam.UpdateRoleDescriptionOutput{Role: r}, err
}

// UpdateAssumeRolePolicy replaces a role's trust policy.
//
// Source: IAM API Reference, UpdateAssumeRolePolicy.
func (i *Identity) UpdateAssumeRolePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateAssumeRolePolicyInput) (*iam.UpdateAssumeRolePolicyOutput, error) {
	document, err := required("policyDocument", in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	h, err := i.owned(ctx, call, p, "UpdateAssumeRolePolicy", store.OfRole, in.RoleName)
	if err != nil {
		return nil, err
	}
	err = i.Store.UpdateTrust(ctx, h.role, document)
	return &iam.UpdateAssumeRolePolicyOutput{}, told(err, gone(store.OfRole, h.role.Name).Error(), "")
}

// DeleteRole removes a role that has no policies any more; its sessions end with it.
//
// Source: IAM API Reference, DeleteRole.
func (i *Identity) DeleteRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteRoleInput) (*iam.DeleteRoleOutput, error) {
	h, err := i.owned(ctx, call, p, "DeleteRole", store.OfRole, in.RoleName)
	if err != nil {
		return nil, err
	}
	return &iam.DeleteRoleOutput{}, told(i.Store.DeleteRole(ctx, h.role), gone(store.OfRole, h.role.Name).Error(), "")
}
