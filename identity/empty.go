package identity

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// What this service does not have: passwords, second factors, SSH keys, certificates, instance profiles. Who deletes a
// user or a role with all that it may have, as Terraform does, asks for them first; the answer is that there are none.
//
// Source: IAM API Reference, the operations by their names.

// ListInstanceProfilesForRole answers that a role is in no instance profile.
func (i *Identity) ListInstanceProfilesForRole(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListInstanceProfilesForRoleInput) (*iam.ListInstanceProfilesForRoleOutput, error) {
	_, err := i.owned(ctx, call, p, "ListInstanceProfilesForRole", store.OfRole, in.RoleName)
	return &iam.ListInstanceProfilesForRoleOutput{InstanceProfiles: []types.InstanceProfile{}}, err
}

// ListSSHPublicKeys answers that a user has none.
func (i *Identity) ListSSHPublicKeys(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListSSHPublicKeysInput) (*iam.ListSSHPublicKeysOutput, error) {
	_, err := i.user(ctx, call, p, "ListSSHPublicKeys", in.UserName)
	return &iam.ListSSHPublicKeysOutput{SSHPublicKeys: []types.SSHPublicKeyMetadata{}}, err
}

// ListMFADevices answers that a user has none.
func (i *Identity) ListMFADevices(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListMFADevicesInput) (*iam.ListMFADevicesOutput, error) {
	_, err := i.user(ctx, call, p, "ListMFADevices", in.UserName)
	return &iam.ListMFADevicesOutput{MFADevices: []types.MFADevice{}}, err
}

// ListVirtualMFADevices answers that the account has none.
func (i *Identity) ListVirtualMFADevices(ctx context.Context, call access.Call, p principal.Principal, _ *iam.ListVirtualMFADevicesInput) (*iam.ListVirtualMFADevicesOutput, error) {
	err := i.may(ctx, call, p, "ListVirtualMFADevices", "arn:"+principal.Partition+":iam::"+p.Account+":mfa/*")
	return &iam.ListVirtualMFADevicesOutput{VirtualMFADevices: []types.VirtualMFADevice{}}, err
}

// ListSigningCertificates answers that a user has none.
func (i *Identity) ListSigningCertificates(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListSigningCertificatesInput) (*iam.ListSigningCertificatesOutput, error) {
	_, err := i.user(ctx, call, p, "ListSigningCertificates", in.UserName)
	return &iam.ListSigningCertificatesOutput{Certificates: []types.SigningCertificate{}}, err
}

// ListServiceSpecificCredentials answers that a user has none.
func (i *Identity) ListServiceSpecificCredentials(ctx context.Context, call access.Call, p principal.Principal, in *iam.ListServiceSpecificCredentialsInput) (*iam.ListServiceSpecificCredentialsOutput, error) {
	_, err := i.user(ctx, call, p, "ListServiceSpecificCredentials", in.UserName)
	return &iam.ListServiceSpecificCredentialsOutput{ServiceSpecificCredentials: []types.ServiceSpecificCredentialMetadata{}}, err
}

// GetLoginProfile answers that a user has no password.
func (i *Identity) GetLoginProfile(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetLoginProfileInput) (*iam.GetLoginProfileOutput, error) {
	return nil, i.noPassword(ctx, call, p, "GetLoginProfile", in.UserName)
}

// DeleteLoginProfile answers that a user has no password.
func (i *Identity) DeleteLoginProfile(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteLoginProfileInput) (*iam.DeleteLoginProfileOutput, error) {
	return nil, i.noPassword(ctx, call, p, "DeleteLoginProfile", in.UserName)
}

func (i *Identity) noPassword(ctx context.Context, call access.Call, p principal.Principal, operation string, name *string) error {
	u, err := i.user(ctx, call, p, operation, name)
	if err != nil {
		return err
	}
	return noSuch("Login Profile for User " + u.Name + " cannot be found.")
}

// ListAccountAliases answers the account's alias, which stands for it in the registry's paths.
func (i *Identity) ListAccountAliases(ctx context.Context, call access.Call, p principal.Principal, _ *iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	if err := i.may(ctx, call, p, "ListAccountAliases", "*"); err != nil {
		return nil, err
	}
	all, err := i.Store.Accounts(ctx)
	out := &iam.ListAccountAliasesOutput{AccountAliases: []string{}}
	for _, a := range all {
		if a.ID == p.Account {
			out.AccountAliases = append(out.AccountAliases, a.Alias)
		}
	}
	return out, err
}
