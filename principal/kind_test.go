package principal_test

import (
	"testing"

	"github.com/octroi/octroi/principal"
)

func TestNames(t *testing.T) {
	const account, provider = "123456789012", "arn:aws:iam::123456789012:oidc-provider/ci.example.com"
	for _, tc := range []struct {
		who                     principal.Principal
		arn, role, userID, text string
	}{
		{principal.Principal{}, "", "", "", "anonymous"},
		{principal.Principal{Kind: 77, Account: account, Name: "x", ID: "x"}, "", "", "", "anonymous"},
		{
			principal.Principal{Kind: principal.User, Account: account, ID: "AIDAX", Name: "alice", Path: "/a/"},
			"arn:aws:iam::123456789012:user/a/alice", "", "AIDAX", "arn:aws:iam::123456789012:user/a/alice",
		},
		{principal.Principal{Kind: principal.Root, Account: account}, "arn:aws:iam::123456789012:root", "", account, "arn:aws:iam::123456789012:root"},
		{
			principal.Principal{Kind: principal.AssumedRole, Account: account, ID: "AROAX", Name: "ci", Path: "/a/", Session: "run7", Provider: provider},
			"arn:aws:sts::123456789012:assumed-role/ci/run7", "arn:aws:iam::123456789012:role/a/ci", "AROAX:run7", "arn:aws:sts::123456789012:assumed-role/ci/run7",
		},
		{
			principal.Principal{Kind: principal.FederatedUser, Account: account, Name: "guest"},
			"arn:aws:sts::123456789012:federated-user/guest", "", "123456789012:guest", "arn:aws:sts::123456789012:federated-user/guest",
		},
		{principal.Principal{Kind: principal.WebIdentity, Name: "repo:acme/app", Provider: provider}, "", "", "", "repo:acme/app of " + provider},
	} {
		if got := [4]string{tc.who.ARN(), tc.who.RoleARN(), tc.who.UserID(), tc.who.String()}; got != [4]string{tc.arn, tc.role, tc.userID, tc.text} {
			t.Errorf("%+v: %q", tc.who, got)
		}
	}
}
