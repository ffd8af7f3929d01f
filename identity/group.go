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

func groupShape(g store.Group) types.Group {
	arn := g.ARN()
	return types.Group{Arn: &arn, CreateDate: at(g.CreatedAt), GroupId: &g.ID, GroupName: &g.Name, Path: &g.Path}
}

func groupShapes(all []store.Group) []types.Group {
	shapes := []types.Group{}
	for _, g := range all {
		shapes = append(shapes, groupShape(g))
	}
	return shapes
}

func groupKey(g store.Group) string { return strings.ToLower(g.Name) }

// CreateGroup makes a group without members or policies.
//
// Source: IAM API Reference, CreateGroup.
func (i *Identity) CreateGroup(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreateGroupInput) (*iam.CreateGroupOutput, error) {
	name, err := required("groupName", in.GroupName)
	if err != nil {
		return nil, err
	}
	planned := store.Group{Account: p.Account, Name: name, Path: orElse(in.Path, "/")}
	if err := i.may(ctx, call, p, "CreateGroup", planned.ARN()); err != nil {
		return nil, err
	}
	g, err := i.Store.CreateGroup(ctx, p.Account, planned.Path, name)
	if err != nil {
		return nil, told(err, "", "Group with name "+name+" already exists.")
	}
	shape := groupShape(g)
	return &iam.CreateGroupOutput{Group: &shape}, nil
}

// GetGroup tells a group and a page of its members.
//
// Source: IAM API Reference, GetGroup.
func (i *Identity) GetGroup(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetGroupInput) (*iam.GetGroupOutput, error) {
	h, err := i.owned(ctx, call, p, "GetGroup", store.OfGroup, in.GroupName)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.Members(ctx, h.group)
	if err != nil {
		return nil, err
	}
	page, next, err := paged(all, func(u store.User) string { return strings.ToLower(u.Name) }, in.Marker, in.MaxItems)
	shape := groupShape(h.group)
	out := &iam.GetGroupOutput{Group: &shape, Users: []types.User{}, Marker: next, IsTruncated: next != nil}
	for _, u := range page {
		out.Users = append(out.Users, *userShape(u))
	}
	return out, err
}

// ListGroups lists the account's groups by name, those below a path if one is given.
//
// Source: IAM API Reference, ListGroups.
func (i *Identity) ListGroups(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListGroupsInput) (*iam.ListGroupsOutput, error) {
	arn, path := under(p.Account, "group", in.PathPrefix)
	if err := i.may(ctx, call, p, "ListGroups", arn); err != nil {
		return nil, err
	}
	all, err := i.Store.Groups(ctx, p.Account)
	if err != nil {
		return nil, err
	}
	all = below(all, path, func(g store.Group) string { return g.Path })
	page, next, err := paged(all, groupKey, in.Marker, in.MaxItems)
	return &iam.ListGroupsOutput{Groups: groupShapes(page), Marker: next, IsTruncated: next != nil}, err
}

// ListGroupsForUser lists the groups that a user is in.
//
// Source: IAM API Reference, ListGroupsForUser.
func (i *Identity) ListGroupsForUser(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListGroupsForUserInput) (*iam.ListGroupsForUserOutput, error) {
	h, err := i.owned(ctx, call, p, "ListGroupsForUser", store.OfUser, in.UserName)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.GroupsOf(ctx, h.user)
	if err != nil {
		return nil, err
	}
	page, next, err := paged(all, groupKey, in.Marker, in.MaxItems)
	return &iam.ListGroupsForUserOutput{Groups: groupShapes(page), Marker: next, IsTruncated: next != nil}, err
}

// UpdateGroup gives a group another name or path.
//
// Source: IAM API Reference, UpdateGroup.
func (i *Identity) UpdateGroup(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateGroupInput) (*iam.UpdateGroupOutput, error) {
	h, err := i.owned(ctx, call, p, "UpdateGroup", store.OfGroup, in.GroupName)
	if err != nil {
		return nil, err
	}
	renamed := store.Group{Account: p.Account, Name: orElse(in.NewGroupName, h.group.Name), Path: orElse(in.NewPath, h.group.Path)}
	if err := i.may(ctx, call, p, "UpdateGroup", renamed.ARN()); err != nil {
		return nil, err
	}
	err = i.Store.UpdateGroup(ctx, h.group, renamed.Path, renamed.Name)
	return &iam.UpdateGroupOutput{}, told(err, gone(store.OfGroup, h.group.Name).Error(), "Group with name "+renamed.Name+" already exists.")
}

// DeleteGroup removes a group that has neither members nor policies any more.
//
// Source: IAM API Reference, DeleteGroup.
func (i *Identity) DeleteGroup(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteGroupInput) (*iam.DeleteGroupOutput, error) {
	h, err := i.owned(ctx, call, p, "DeleteGroup", store.OfGroup, in.GroupName)
	if err != nil {
		return nil, err
	}
	return &iam.DeleteGroupOutput{}, told(i.Store.DeleteGroup(ctx, h.group), gone(store.OfGroup, h.group.Name).Error(), "")
}

// membership finds the group, as which the caller is asked about, and the user.
func (i *Identity) membership(ctx context.Context, call access.Call, p principal.Principal, operation string, group, user *string) (store.Group, store.User, error) {
	name, err := required("userName", user)
	if err != nil {
		return store.Group{}, store.User{}, err
	}
	g, err := i.owned(ctx, call, p, operation, store.OfGroup, group)
	if err != nil {
		return store.Group{}, store.User{}, err
	}
	u, err := i.Store.UserByName(ctx, p.Account, name)
	return g.group, u, told(err, gone(store.OfUser, name).Error(), "")
}

// AddUserToGroup makes a user a member of a group.
//
// Source: IAM API Reference, AddUserToGroup.
func (i *Identity) AddUserToGroup(ctx context.Context, call access.Call, p principal.Principal, in *iam.AddUserToGroupInput) (*iam.AddUserToGroupOutput, error) {
	g, u, err := i.membership(ctx, call, p, "AddUserToGroup", in.GroupName, in.UserName)
	if err != nil {
		return nil, err
	}
	return &iam.AddUserToGroupOutput{}, told(i.Store.AddMember(ctx, g, u), "The group or the user cannot be found any more.", "")
}

// RemoveUserFromGroup ends a membership.
//
// Source: IAM API Reference, RemoveUserFromGroup.
func (i *Identity) RemoveUserFromGroup(ctx context.Context, call access.Call, p principal.Principal, in *iam.RemoveUserFromGroupInput) (*iam.RemoveUserFromGroupOutput, error) {
	g, u, err := i.membership(ctx, call, p, "RemoveUserFromGroup", in.GroupName, in.UserName)
	if err != nil {
		return nil, err
	}
	return &iam.RemoveUserFromGroupOutput{}, told(i.Store.RemoveMember(ctx, g, u), "User "+u.Name+" is not in group "+g.Name+".", "")
}
