package identity

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// putBoundary bounds a user or role by a managed policy.
func (i *Identity) putBoundary(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner, arn *string) error {
	text, err := policyARN("permissionsBoundary", arn)
	if err != nil {
		return err
	}
	h, err := i.owned(ctx, call, p, operation, kind, owner, members{boundary: text})
	if err != nil {
		return err
	}
	return told(i.Store.SetBoundary(ctx, h.owner, text), notAttachable(text), "")
}

// deleteBoundary takes the bound away.
func (i *Identity) deleteBoundary(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, owner *string) error {
	h, err := i.owned(ctx, call, p, operation, kind, owner)
	if err != nil {
		return err
	}
	if h.boundary == "" {
		return noSuch("The " + string(kind) + " with name " + quoted(h.owner.Name) + " has no permissions boundary.")
	}
	return told(i.Store.SetBoundary(ctx, h.owner, ""), gone(kind, h.owner.Name).Error(), "")
}

// The operations on permissions boundaries.
//
// Source: IAM API Reference, {Put,Delete}{User,Role}PermissionsBoundary.

// PutUserPermissionsBoundary bounds a user.
func (i *Identity) PutUserPermissionsBoundary(ctx context.Context, call access.Call, p principal.Principal, in *iam.PutUserPermissionsBoundaryInput) (*iam.PutUserPermissionsBoundaryOutput, error) {
	return &iam.PutUserPermissionsBoundaryOutput{}, i.putBoundary(ctx, call, p, "PutUserPermissionsBoundary", store.OfUser, in.UserName, in.PermissionsBoundary)
}

// PutRolePermissionsBoundary bounds a role.
func (i *Identity) PutRolePermissionsBoundary(ctx context.Context, call access.Call, p principal.Principal, in *iam.PutRolePermissionsBoundaryInput) (*iam.PutRolePermissionsBoundaryOutput, error) {
	return &iam.PutRolePermissionsBoundaryOutput{}, i.putBoundary(ctx, call, p, "PutRolePermissionsBoundary", store.OfRole, in.RoleName, in.PermissionsBoundary)
}

// DeleteUserPermissionsBoundary frees a user.
func (i *Identity) DeleteUserPermissionsBoundary(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteUserPermissionsBoundaryInput) (*iam.DeleteUserPermissionsBoundaryOutput, error) {
	return &iam.DeleteUserPermissionsBoundaryOutput{}, i.deleteBoundary(ctx, call, p, "DeleteUserPermissionsBoundary", store.OfUser, in.UserName)
}

// DeleteRolePermissionsBoundary frees a role.
func (i *Identity) DeleteRolePermissionsBoundary(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteRolePermissionsBoundaryInput) (*iam.DeleteRolePermissionsBoundaryOutput, error) {
	return &iam.DeleteRolePermissionsBoundaryOutput{}, i.deleteBoundary(ctx, call, p, "DeleteRolePermissionsBoundary", store.OfRole, in.RoleName)
}
