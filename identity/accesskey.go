package identity

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// CreateAccessKey makes a key of a user, or of the caller. The record of it is on disk before the secret leaves.
//
// Source: IAM API Reference, CreateAccessKey.
func (i *Identity) CreateAccessKey(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreateAccessKeyInput) (*iam.CreateAccessKeyOutput, error) {
	u, err := i.user(ctx, call, p, "CreateAccessKey", in.UserName)
	if err != nil {
		return nil, err
	}
	if err := i.Access.Commit(ctx); err != nil {
		return nil, err
	}
	k, secret, err := i.Store.CreateAccessKey(ctx, u)
	if err != nil {
		return nil, told(err, "", "")
	}
	id, text, created := string(k.ID), secret.Reveal(), k.CreatedAt.Truncate(time.Second)
	return &iam.CreateAccessKeyOutput{AccessKey: &types.AccessKey{
		AccessKeyId: &id, SecretAccessKey: &text, Status: types.StatusType(k.Status), UserName: &u.Name, CreateDate: &created}}, nil
}

// ListAccessKeys lists the keys of a user, or of the caller, without their secrets.
//
// Source: IAM API Reference, ListAccessKeys.
func (i *Identity) ListAccessKeys(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListAccessKeysInput) (*iam.ListAccessKeysOutput, error) {
	u, err := i.user(ctx, call, p, "ListAccessKeys", in.UserName)
	if err != nil {
		return nil, err
	}
	keys, err := i.Store.AccessKeys(ctx, u)
	if err != nil {
		return nil, err
	}
	listed := []types.AccessKeyMetadata{}
	for _, k := range keys {
		id, created := string(k.ID), k.CreatedAt.Truncate(time.Second)
		listed = append(listed, types.AccessKeyMetadata{
			AccessKeyId: &id, CreateDate: &created, Status: types.StatusType(k.Status), UserName: &u.Name})
	}
	return &iam.ListAccessKeysOutput{AccessKeyMetadata: listed}, nil // two at most: never more than a page
}

// GetAccessKeyLastUsed tells when a key was last used, and for what. The caller is asked about the user that has it.
//
// Source: IAM API Reference, GetAccessKeyLastUsed.
func (i *Identity) GetAccessKeyLastUsed(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetAccessKeyLastUsedInput) (*iam.GetAccessKeyLastUsedOutput, error) {
	id, err := required("accessKeyId", in.AccessKeyId)
	if err != nil {
		return nil, err
	}
	u, err := i.Store.KeyOwner(ctx, p.Account, principal.AccessKeyID(id))
	missing := errors.Is(err, store.ErrNotFound)
	if err != nil && !missing {
		return nil, err
	}
	about, err := i.aboutUser(ctx, u)
	if err != nil {
		return nil, err
	}
	if missing {
		about = thing{arn: "arn:" + principal.Partition + ":iam::" + p.Account + ":user/*"}
	}
	if err := i.mayWith(ctx, call, p, "GetAccessKeyLastUsed", about); err != nil {
		return nil, err
	}
	if missing {
		return nil, noSuch("The Access Key with id " + quoted(id) + " cannot be found.")
	}
	never := "N/A"
	out := &iam.GetAccessKeyLastUsedOutput{UserName: &u.Name, AccessKeyLastUsed: &types.AccessKeyLastUsed{Region: &never, ServiceName: &never}}
	used, err := i.Store.LastUsed(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return out, nil
	}
	out.AccessKeyLastUsed = &types.AccessKeyLastUsed{LastUsedDate: at(used.At), Region: &used.Region, ServiceName: &used.Service}
	return out, err
}

// UpdateAccessKey enables or disables a key.
//
// Source: IAM API Reference, UpdateAccessKey.
func (i *Identity) UpdateAccessKey(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateAccessKeyInput) (*iam.UpdateAccessKeyOutput, error) {
	status := store.Status(in.Status)
	if status != store.Active && status != store.Inactive {
		return nil, invalid("the status of an access key is Active or Inactive")
	}
	id, err := required("accessKeyId", in.AccessKeyId)
	if err != nil {
		return nil, err
	}
	u, err := i.user(ctx, call, p, "UpdateAccessKey", in.UserName)
	if err != nil {
		return nil, err
	}
	if err := i.Store.SetAccessKeyStatus(ctx, u, principal.AccessKeyID(id), status); err != nil {
		return nil, told(err, "The Access Key with id "+quoted(id)+" cannot be found.", "")
	}
	return &iam.UpdateAccessKeyOutput{}, nil
}

// DeleteAccessKey removes a key, and ends what was got with it.
//
// Source: IAM API Reference, DeleteAccessKey.
func (i *Identity) DeleteAccessKey(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteAccessKeyInput) (*iam.DeleteAccessKeyOutput, error) {
	id, err := required("accessKeyId", in.AccessKeyId)
	if err != nil {
		return nil, err
	}
	u, err := i.user(ctx, call, p, "DeleteAccessKey", in.UserName)
	if err != nil {
		return nil, err
	}
	if err := i.Store.DeleteAccessKey(ctx, u, principal.AccessKeyID(id)); err != nil {
		return nil, told(err, "The Access Key with id "+quoted(id)+" cannot be found.", "")
	}
	return &iam.DeleteAccessKeyOutput{}, nil
}
