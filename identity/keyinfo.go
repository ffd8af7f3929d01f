package identity

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
)

// GetAccessKeyInfo says whose an access key is: the account, and nothing of the key's state.
//
// Source: AWS STS API Reference, GetAccessKeyInfo.
func (i *Identity) GetAccessKeyInfo(ctx context.Context, call access.Call, p principal.Principal, in *sts.GetAccessKeyInfoInput) (*sts.GetAccessKeyInfoOutput, error) {
	text, err := required("accessKeyId", in.AccessKeyId)
	if err != nil {
		return nil, err
	}
	id := principal.AccessKeyID(text)
	if !id.Valid() {
		return nil, invalid("1 validation error detected: Value at 'accessKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", `[\w]{16,128}`)
	}
	if err := i.ask(ctx, call, p, "sts:GetAccessKeyInfo", "*"); err != nil {
		return nil, err
	}
	account, err := i.accountOf(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, invalid("The access key ID %s is none of this service's.", quoted(text))
	}
	if err != nil {
		return nil, err
	}
	return &sts.GetAccessKeyInfoOutput{Account: &account}, nil
}

// accountOf is the account of a user's key, and the account that the id of a session's key names, if there is one.
func (i *Identity) accountOf(ctx context.Context, id principal.AccessKeyID) (string, error) {
	account, ok := session.AccountOf(id)
	if !ok {
		return i.Store.AccessKeyAccount(ctx, id)
	}
	all, err := i.Store.Accounts(ctx)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(all, func(a store.Account) bool { return a.ID == account }) {
		return "", store.ErrNotFound
	}
	return account, nil
}
