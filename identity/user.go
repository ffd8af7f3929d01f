package identity

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

func userShape(u store.User) *types.User {
	arn, created := u.Principal().ARN(), u.CreatedAt.Truncate(time.Second)
	return &types.User{Arn: &arn, CreateDate: &created, Path: &u.Path, UserId: &u.ID, UserName: &u.Name,
		PermissionsBoundary: boundaryShape(u.Boundary)}
}

// CreateUser makes a user without keys or policies.
//
// Source: IAM API Reference, CreateUser.
func (i *Identity) CreateUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreateUserInput) (*iam.CreateUserOutput, error) {
	name, err := required("userName", in.UserName)
	if err != nil {
		return nil, err
	}
	path := "/"
	if in.Path != nil {
		path = *in.Path
	}
	planned := store.User{Account: p.Account, Name: name, Path: path}
	boundary, tags := value(in.PermissionsBoundary), tagsOf(in.Tags)
	if err := i.mayMake(ctx, call, p, "CreateUser", "TagUser", thing{arn: planned.Principal().ARN(), boundary: boundary, request: tags}); err != nil {
		return nil, err
	}
	u, err := i.Store.CreateUserUnder(ctx, p.Account, path, name, boundary, tags...)
	if err != nil {
		return nil, told(err, notAttachable(boundary), "User with name "+name+" already exists.")
	}
	out := userShape(u)
	out.Tags = in.Tags
	return &iam.CreateUserOutput{User: out}, nil
}

// GetUser tells a user, or the caller when none is named.
//
// Source: IAM API Reference, GetUser.
func (i *Identity) GetUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	u, err := i.user(ctx, call, p, "GetUser", in.UserName)
	if err != nil {
		return nil, err
	}
	out := userShape(u)
	tags, err := i.Store.Tags(ctx, u.Owner().Tagged())
	out.Tags = tagShapes(tags)
	return &iam.GetUserOutput{User: out}, err
}

// UpdateUser gives a user another name or path. Its keys, policies and tokens stay: it is the same user.
//
// Source: IAM API Reference, UpdateUser.
func (i *Identity) UpdateUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateUserInput) (*iam.UpdateUserOutput, error) {
	h, err := i.owned(ctx, call, p, "UpdateUser", store.OfUser, in.UserName)
	if err != nil {
		return nil, err
	}
	renamed := h.user
	renamed.Name, renamed.Path = orElse(in.NewUserName, h.user.Name), orElse(in.NewPath, h.user.Path)
	if err := i.may(ctx, call, p, "UpdateUser", renamed.Principal().ARN()); err != nil {
		return nil, err
	}
	err = i.Store.UpdateUser(ctx, h.user, renamed.Path, renamed.Name)
	return &iam.UpdateUserOutput{}, told(err, gone(store.OfUser, h.user.Name).Error(), "User with name "+renamed.Name+" already exists.")
}

// ListUsers lists the account's users by name, those below a path if one is given.
//
// Source: IAM API Reference, ListUsers.
func (i *Identity) ListUsers(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListUsersInput) (*iam.ListUsersOutput, error) {
	arn, path := under(p.Account, "user", in.PathPrefix)
	if err := i.may(ctx, call, p, "ListUsers", arn); err != nil {
		return nil, err
	}
	after, n, err := pageAfter(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.UsersFrom(ctx, p.Account, path, after, n+1) // one more tells that there is more
	if err != nil {
		return nil, err
	}
	page, next, err := paged(all, func(u store.User) string { return strings.ToLower(u.Name) }, in.Marker, in.MaxItems)
	out := &iam.ListUsersOutput{Users: []types.User{}, Marker: next, IsTruncated: next != nil}
	for _, u := range page {
		out.Users = append(out.Users, *userShape(u))
	}
	return out, err
}

// DeleteUser removes a user that has neither keys nor policies any more.
//
// Source: IAM API Reference, DeleteUser.
func (i *Identity) DeleteUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteUserInput) (*iam.DeleteUserOutput, error) {
	if _, err := required("userName", in.UserName); err != nil {
		return nil, err
	}
	u, err := i.user(ctx, call, p, "DeleteUser", in.UserName)
	if err != nil {
		return nil, err
	}
	if err := i.Store.DeleteBareUser(ctx, u); err != nil {
		return nil, told(err, "The user with name "+u.Name+" cannot be found.", "")
	}
	return &iam.DeleteUserOutput{}, nil
}
