package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// policy finds the managed policy that an operation is about, and asks whether the caller may.
func (i *Identity) policy(ctx context.Context, call access.Call, p principal.Principal, operation string, arn *string, with ...members) (store.ManagedPolicy, error) {
	text, err := policyARN("policyArn", arn)
	if err != nil {
		return store.ManagedPolicy{}, err
	}
	m, err := i.Store.Policy(ctx, p.Account, text)
	missing := errors.Is(err, store.ErrNotFound)
	if err != nil && !missing {
		return m, err
	}
	t := thing{arn: text}
	for _, w := range with {
		t.request, t.keys = w.request, w.keys
	}
	if !missing && m.Account != "" {
		if t.tags, err = i.Store.Tags(ctx, m.Tagged()); err != nil {
			return m, err
		}
	}
	if err := i.mayWith(ctx, call, p, operation, t); err != nil {
		return m, err
	}
	if missing {
		return m, noSuch("Policy " + text + " was not found.")
	}
	return m, nil
}

// policyARN is a member that is the ARN of a managed policy.
func policyARN(name string, arn *string) (string, error) {
	text, err := required(name, arn)
	if err != nil {
		return "", err
	}
	if a, err := principal.ParseARN(text); err != nil || a.Service != "iam" || !strings.HasPrefix(a.Resource, "policy/") {
		return "", invalid("ARN %s is not valid.", quoted(text))
	}
	return text, nil
}

// own is policy for an operation that changes it: AWS's cannot be changed.
func (i *Identity) own(ctx context.Context, call access.Call, p principal.Principal, operation string, arn *string, with ...members) (store.ManagedPolicy, error) {
	m, err := i.policy(ctx, call, p, operation, arn, with...)
	if err == nil && m.Account == "" {
		return m, &access.DeniedError{Message: "User: " + p.String() + " is not authorized to perform: iam:" + operation + " on resource: policy " + m.ARN() +
			" because AWS manages it: make a policy of your own with the same statements"}
	}
	return m, err
}

// CreatePolicy makes a managed policy.
//
// Source: IAM API Reference, CreatePolicy.
func (i *Identity) CreatePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreatePolicyInput) (*iam.CreatePolicyOutput, error) {
	name, err := required("policyName", in.PolicyName)
	if err != nil {
		return nil, err
	}
	document, err := required("policyDocument", in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	if _, err := description.optional(in.Description); err != nil {
		return nil, err
	}
	m := store.ManagedPolicy{Account: p.Account, Name: name, Path: orElse(in.Path, "/"), Description: value(in.Description)}
	tags := tagsOf(in.Tags)
	if err := i.mayMake(ctx, call, p, "CreatePolicy", "TagPolicy", thing{arn: m.ARN(), request: tags}); err != nil {
		return nil, err
	}
	if m, err = i.Store.CreatePolicy(ctx, m, document, tags...); err != nil {
		return nil, told(err, "", "A policy called "+name+" already exists. Duplicate names are not allowed.")
	}
	out := policyShape(m, 0, 0)
	out.Tags = in.Tags
	return &iam.CreatePolicyOutput{Policy: &out}, nil
}

func policyShape(m store.ManagedPolicy, attached, bounding int) types.Policy {
	arn, version := m.ARN(), versionID(m.DefaultVersion)
	uses, bounds := int32(attached), int32(bounding)
	return types.Policy{Arn: &arn, AttachmentCount: &uses, CreateDate: at(m.CreatedAt), DefaultVersionId: &version, IsAttachable: true,
		Path: &m.Path, PermissionsBoundaryUsageCount: &bounds, PolicyId: &m.ID, PolicyName: &m.Name, UpdateDate: at(m.Update)}
}

func versionID(n int) string { return "v" + strconv.Itoa(n) }

// versionNumber reads v1, v2 and so on.
func versionNumber(id *string) (int, error) {
	text, err := required("versionId", id)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimPrefix(text, "v"))
	if err != nil || n < 1 || versionID(n) != text {
		return 0, invalid("1 validation error detected: Value %s at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*", quoted(text))
	}
	return n, nil
}

// GetPolicy tells a managed policy, ours or AWS's.
//
// Source: IAM API Reference, GetPolicy.
func (i *Identity) GetPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetPolicyInput) (*iam.GetPolicyOutput, error) {
	m, err := i.policy(ctx, call, p, "GetPolicy", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	attached, bounding, err := i.Store.AttachmentCounts(ctx, p.Account)
	if err != nil {
		return nil, err
	}
	out := policyShape(m, attached[m.ARN()], bounding[m.ARN()])
	tags, err := i.Store.Tags(ctx, m.Tagged())
	out.Tags = tagShapes(tags)
	if m.Description != "" {
		out.Description = &m.Description
	}
	return &iam.GetPolicyOutput{Policy: &out}, err
}

// ListPolicies lists managed policies by name: the account's, AWS's, or both.
//
// Source: IAM API Reference, ListPolicies.
func (i *Identity) ListPolicies(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListPoliciesInput) (*iam.ListPoliciesOutput, error) {
	arn, path := under(p.Account, "policy", in.PathPrefix)
	if err := i.may(ctx, call, p, "ListPolicies", arn); err != nil {
		return nil, err
	}
	var all []store.ManagedPolicy
	if in.Scope != types.PolicyScopeTypeAws {
		own, err := i.Store.Policies(ctx, p.Account)
		if err != nil {
			return nil, err
		}
		all = own
	}
	if in.Scope != types.PolicyScopeTypeLocal {
		all = append(all, store.AWSPolicies()...)
	}
	attached, bounding, err := i.Store.AttachmentCounts(ctx, p.Account)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(below(all, path, func(m store.ManagedPolicy) string { return m.Path }), func(m store.ManagedPolicy) bool {
		used := attached[m.ARN()] + bounding[m.ARN()]
		switch {
		case in.PolicyUsageFilter == types.PolicyUsageTypePermissionsPolicy:
			used = attached[m.ARN()]
		case in.PolicyUsageFilter == types.PolicyUsageTypePermissionsBoundary:
			used = bounding[m.ARN()]
		case !in.OnlyAttached:
			return false
		}
		return used == 0
	})
	key := func(m store.ManagedPolicy) string { return strings.ToLower(m.Name) + " " + m.ARN() }
	sortBy(all, key)
	page, next, err := paged(all, key, in.Marker, in.MaxItems)
	out := &iam.ListPoliciesOutput{Policies: []types.Policy{}, Marker: next, IsTruncated: next != nil}
	for _, m := range page {
		out.Policies = append(out.Policies, policyShape(m, attached[m.ARN()], bounding[m.ARN()]))
	}
	return out, err
}

// DeletePolicy removes a managed policy that nobody has any more.
//
// Source: IAM API Reference, DeletePolicy.
func (i *Identity) DeletePolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeletePolicyInput) (*iam.DeletePolicyOutput, error) {
	m, err := i.own(ctx, call, p, "DeletePolicy", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return &iam.DeletePolicyOutput{}, told(i.Store.DeletePolicy(ctx, m), "Policy "+m.ARN()+" was not found.", "")
}

// CreatePolicyVersion adds a version, in force at once if it is to be.
//
// Source: IAM API Reference, CreatePolicyVersion.
func (i *Identity) CreatePolicyVersion(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreatePolicyVersionInput) (*iam.CreatePolicyVersionOutput, error) {
	document, err := required("policyDocument", in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	m, err := i.own(ctx, call, p, "CreatePolicyVersion", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	v, err := i.Store.CreatePolicyVersion(ctx, m, document, in.SetAsDefault)
	if err != nil {
		return nil, told(err, "Policy "+m.ARN()+" was not found.", "")
	}
	id := versionID(v.Version)
	return &iam.CreatePolicyVersionOutput{PolicyVersion: &types.PolicyVersion{CreateDate: at(v.CreatedAt), IsDefaultVersion: in.SetAsDefault, VersionId: &id}}, nil
}

// GetPolicyVersion tells a version with its document.
//
// Source: IAM API Reference, GetPolicyVersion.
func (i *Identity) GetPolicyVersion(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) {
	n, err := versionNumber(in.VersionId)
	if err != nil {
		return nil, err
	}
	m, err := i.policy(ctx, call, p, "GetPolicyVersion", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.PolicyVersions(ctx, m)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if v.Version == n {
			shape := versionShape(m, v)
			shape.Document = encoded(v.Document)
			return &iam.GetPolicyVersionOutput{PolicyVersion: &shape}, nil
		}
	}
	return nil, noSuch(noVersion(m, n))
}

func noVersion(m store.ManagedPolicy, n int) string {
	return fmt.Sprintf("Policy %s version %s does not exist or is not attachable.", m.ARN(), versionID(n))
}

func versionShape(m store.ManagedPolicy, v store.PolicyVersion) types.PolicyVersion {
	id := versionID(v.Version)
	return types.PolicyVersion{CreateDate: at(v.CreatedAt), IsDefaultVersion: v.Version == m.DefaultVersion, VersionId: &id}
}

// ListPolicyVersions lists the versions of a managed policy, the newest first, without their documents.
//
// Source: IAM API Reference, ListPolicyVersions.
func (i *Identity) ListPolicyVersions(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error) {
	m, err := i.policy(ctx, call, p, "ListPolicyVersions", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	all, err := i.Store.PolicyVersions(ctx, m)
	if err != nil {
		return nil, err
	}
	newestFirst := func(v store.PolicyVersion) string { return fmt.Sprintf("%010d", 1<<31-v.Version) }
	page, next, err := paged(all, newestFirst, in.Marker, in.MaxItems)
	out := &iam.ListPolicyVersionsOutput{Versions: []types.PolicyVersion{}, Marker: next, IsTruncated: next != nil}
	for _, v := range page {
		out.Versions = append(out.Versions, versionShape(m, v))
	}
	return out, err
}

// SetDefaultPolicyVersion puts another version in force.
//
// Source: IAM API Reference, SetDefaultPolicyVersion.
func (i *Identity) SetDefaultPolicyVersion(ctx context.Context, call access.Call, p principal.Principal, in *iam.SetDefaultPolicyVersionInput) (*iam.SetDefaultPolicyVersionOutput, error) {
	n, err := versionNumber(in.VersionId)
	if err != nil {
		return nil, err
	}
	m, err := i.own(ctx, call, p, "SetDefaultPolicyVersion", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return &iam.SetDefaultPolicyVersionOutput{}, told(i.Store.SetDefaultPolicyVersion(ctx, m, n), noVersion(m, n), "")
}

// DeletePolicyVersion removes a version that is not in force.
//
// Source: IAM API Reference, DeletePolicyVersion.
func (i *Identity) DeletePolicyVersion(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeletePolicyVersionInput) (*iam.DeletePolicyVersionOutput, error) {
	n, err := versionNumber(in.VersionId)
	if err != nil {
		return nil, err
	}
	m, err := i.own(ctx, call, p, "DeletePolicyVersion", in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return &iam.DeletePolicyVersionOutput{}, told(i.Store.DeletePolicyVersion(ctx, m, n), noVersion(m, n), "")
}
