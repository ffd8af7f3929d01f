package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// GetAccountSummary counts what the account has, beside what it may have.
//
// Source: IAM API Reference, GetAccountSummary.
func (i *Identity) GetAccountSummary(ctx context.Context, call access.Call, p principal.Principal, _ *iam.GetAccountSummaryInput) (*iam.GetAccountSummaryOutput, error) {
	if err := i.may(ctx, call, p, "GetAccountSummary", "*"); err != nil {
		return nil, err
	}
	n, err := i.Store.Census(ctx, p.Account)
	if err != nil {
		return nil, err
	}
	return &iam.GetAccountSummaryOutput{SummaryMap: map[string]int32{
		"Users": int32(n.Users), "Groups": int32(n.Groups), "Roles": int32(n.Roles), "Policies": int32(n.Policies),
		"PolicyVersionsInUse": int32(n.Versions), "Providers": int32(n.Providers),
		"AccessKeysPerUserQuota": store.KeysPerUser, "GroupsPerUserQuota": store.GroupsPerUser,
		"AttachedPoliciesPerUserQuota": store.AttachedPerOwner, "AttachedPoliciesPerRoleQuota": store.AttachedPerOwner,
		"AttachedPoliciesPerGroupQuota": store.AttachedPerOwner, "VersionsPerPolicyQuota": store.VersionsPerPolicy,
		"PolicySizeQuota": 6144, "UserPolicySizeQuota": 2048, "GroupPolicySizeQuota": 5120, "AssumeRolePolicySizeQuota": 2048,
		"MFADevices": 0, "MFADevicesInUse": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0, "AccountPasswordPresent": 0,
		"InstanceProfiles": 0, "ServerCertificates": 0, "GlobalEndpointTokenVersion": 2,
	}}, nil
}

// detail is one entity of GetAccountAuthorizationDetails, in the order of its pages.
type detail struct {
	order string
	kind  types.EntityType
	put   func(context.Context, *iam.GetAccountAuthorizationDetailsOutput) error
}

// GetAccountAuthorizationDetails tells all users, groups, roles and managed policies, with what they hold: everything
// that decides who may what.
//
// Source: IAM API Reference, GetAccountAuthorizationDetails.
func (i *Identity) GetAccountAuthorizationDetails(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	if err := i.may(ctx, call, p, "GetAccountAuthorizationDetails", "*"); err != nil {
		return nil, err
	}
	after, n, err := pageAfter(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	all, err := i.details(ctx, p.Account, after, n+1)
	if err != nil {
		return nil, err
	}
	if len(in.Filter) > 0 {
		all = slices.DeleteFunc(all, func(d detail) bool { return !slices.Contains(in.Filter, d.kind) })
	}
	sortBy(all, func(d detail) string { return d.order })
	page, next, err := paged(all, func(d detail) string { return d.order }, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &iam.GetAccountAuthorizationDetailsOutput{Marker: next, IsTruncated: next != nil, UserDetailList: []types.UserDetail{},
		GroupDetailList: []types.GroupDetail{}, RoleDetailList: []types.RoleDetail{}, Policies: []types.ManagedPolicyDetail{}}
	for _, d := range page {
		if err := d.put(ctx, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// details are the entities of an account. Of the users, of whom there may be a million, they are those that a page of so
// many after a key can have.
func (i *Identity) details(ctx context.Context, account, after string, most int) ([]detail, error) {
	var users []store.User
	var err error
	if id, found := strings.CutPrefix(after, "1 "); found || after == "" {
		users, err = i.Store.UsersFromID(ctx, account, id, most)
	}
	groups, gerr := i.Store.Groups(ctx, account)
	roles, rerr := i.Store.Roles(ctx, account)
	policies, perr := i.Store.Policies(ctx, account)
	if err := errors.Join(err, gerr, rerr, perr); err != nil {
		return nil, err
	}
	var all []detail
	for _, u := range users {
		all = append(all, detail{"1 " + u.ID, types.EntityTypeUser, func(ctx context.Context, out *iam.GetAccountAuthorizationDetailsOutput) error {
			d, err := i.userDetail(ctx, u)
			out.UserDetailList = append(out.UserDetailList, d)
			return err
		}})
	}
	for _, g := range groups {
		all = append(all, detail{"2 " + g.ID, types.EntityTypeGroup, func(ctx context.Context, out *iam.GetAccountAuthorizationDetailsOutput) error {
			d, err := i.groupDetail(ctx, g)
			out.GroupDetailList = append(out.GroupDetailList, d)
			return err
		}})
	}
	for _, r := range roles {
		all = append(all, detail{"3 " + r.ID, types.EntityTypeRole, func(ctx context.Context, out *iam.GetAccountAuthorizationDetailsOutput) error {
			d, err := i.roleDetail(ctx, r)
			out.RoleDetailList = append(out.RoleDetailList, d)
			return err
		}})
	}
	counts := sync.OnceValues(func() ([2]map[string]int, error) { // only a page with policies needs them
		attached, bounding, err := i.Store.AttachmentCounts(ctx, account)
		return [2]map[string]int{attached, bounding}, err
	})
	for _, m := range append(policies, store.AWSPolicies()...) {
		kind := types.EntityTypeLocalManagedPolicy
		if m.Account == "" {
			kind = types.EntityTypeAWSManagedPolicy
		}
		all = append(all, detail{"4 " + m.ID, kind, func(ctx context.Context, out *iam.GetAccountAuthorizationDetailsOutput) error {
			n, err := counts()
			if err != nil {
				return err
			}
			d, err := i.policyDetail(ctx, m, n[0][m.ARN()], n[1][m.ARN()])
			out.Policies = append(out.Policies, d)
			return err
		}})
	}
	return all, nil
}

// holdings are the inline policies and attachments of an owner, as details show them.
func (i *Identity) holdings(ctx context.Context, owner string) ([]types.PolicyDetail, []types.AttachedPolicy, error) {
	inline, err := i.Store.InlinePolicies(ctx, owner)
	attached, aerr := i.Store.AttachedPolicies(ctx, owner)
	shapes := []types.PolicyDetail{}
	for _, d := range inline {
		shapes = append(shapes, types.PolicyDetail{PolicyName: &d.Name, PolicyDocument: encoded(d.Document)})
	}
	return shapes, attachedShapes(attached), errors.Join(err, aerr)
}

func (i *Identity) userDetail(ctx context.Context, u store.User) (types.UserDetail, error) {
	inline, attached, err := i.holdings(ctx, u.ID)
	groups, gerr := i.Store.GroupsOf(ctx, u)
	tags, terr := i.Store.Tags(ctx, u.Owner().Tagged())
	names := []string{}
	for _, g := range groups {
		names = append(names, g.Name)
	}
	arn := u.Principal().ARN()
	return types.UserDetail{Arn: &arn, AttachedManagedPolicies: attached, CreateDate: at(u.CreatedAt), GroupList: names, Path: &u.Path,
		PermissionsBoundary: boundaryShape(u.Boundary), Tags: tagShapes(tags), UserId: &u.ID, UserName: &u.Name, UserPolicyList: inline}, errors.Join(err, gerr, terr)
}

func (i *Identity) groupDetail(ctx context.Context, g store.Group) (types.GroupDetail, error) {
	inline, attached, err := i.holdings(ctx, g.ID)
	arn := g.ARN()
	return types.GroupDetail{Arn: &arn, AttachedManagedPolicies: attached, CreateDate: at(g.CreatedAt), GroupId: &g.ID, GroupName: &g.Name,
		GroupPolicyList: inline, Path: &g.Path}, err
}

func (i *Identity) roleDetail(ctx context.Context, r store.Role) (types.RoleDetail, error) {
	inline, attached, err := i.holdings(ctx, r.ID)
	full, ferr := i.fullRole(ctx, r)
	if err := errors.Join(err, ferr); err != nil {
		return types.RoleDetail{}, err
	}
	return types.RoleDetail{Arn: full.Arn, AssumeRolePolicyDocument: full.AssumeRolePolicyDocument, AttachedManagedPolicies: attached,
		CreateDate: full.CreateDate, InstanceProfileList: []types.InstanceProfile{}, Path: full.Path, PermissionsBoundary: full.PermissionsBoundary,
		RoleId: full.RoleId, RoleLastUsed: full.RoleLastUsed, RoleName: full.RoleName, RolePolicyList: inline, Tags: full.Tags}, nil
}

func (i *Identity) policyDetail(ctx context.Context, m store.ManagedPolicy, attached, bounding int) (types.ManagedPolicyDetail, error) {
	versions, err := i.Store.PolicyVersions(ctx, m)
	shapes := []types.PolicyVersion{}
	for _, v := range versions {
		shape := versionShape(m, v)
		shape.Document = encoded(v.Document)
		shapes = append(shapes, shape)
	}
	s := policyShape(m, attached, bounding)
	return types.ManagedPolicyDetail{Arn: s.Arn, AttachmentCount: s.AttachmentCount, CreateDate: s.CreateDate, DefaultVersionId: s.DefaultVersionId,
		Description: &m.Description, IsAttachable: true, Path: s.Path, PermissionsBoundaryUsageCount: s.PermissionsBoundaryUsageCount,
		PolicyId: s.PolicyId, PolicyName: s.PolicyName, PolicyVersionList: shapes, UpdateDate: s.UpdateDate}, err
}
