package identity

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
)

// GetCallerIdentity says who calls. It needs no permission, and no policy can take it away.
//
// Source: STS API Reference, GetCallerIdentity.
func (i *Identity) GetCallerIdentity(ctx context.Context, call access.Call, p principal.Principal, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	err := i.Access.Permit(ctx, call, p, "sts:GetCallerIdentity", "*", "every caller may ask who it is")
	if err != nil {
		return nil, err
	}
	arn, id := p.ARN(), p.UserID()
	return &sts.GetCallerIdentityOutput{Account: &p.Account, Arn: &arn, UserId: &id}, nil
}
