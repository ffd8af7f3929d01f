package endpoint

import (
	"context"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/shape"
)

// Services by their signing names.
const (
	ECRPublic = "ecr-public"
	STS       = "sts"
	IAM       = "iam"
)

// operation is a row of the table: how it is named on the wire and what acts.
type operation struct {
	service  string
	protocol shape.Protocol
	name     string
	decode   decoder
}

// decoder reads an operation's input and returns what will act on it, so that no row can be given another's input.
type decoder func(body) (act, error)

type act func(ctx context.Context, call access.Call, p principal.Principal) (output any, err error)

// body reads the input that a request carries into an SDK struct.
type body func(into any) error

// with makes a row's decoder of a domain's operation.
func with[I, O any](do func(context.Context, access.Call, principal.Principal, *I) (*O, error)) decoder {
	return func(read body) (act, error) {
		input := new(I)
		if err := read(input); err != nil {
			return nil, err
		}
		return func(ctx context.Context, call access.Call, p principal.Principal) (any, error) {
			out, err := do(ctx, call, p, input)
			if err != nil {
				return nil, err
			}
			return out, nil
		}, nil
	}
}

// table is every operation there is. A new one is a row here and a function in the package of its domain.
func table(i *issuer.Issuer, who *identity.Identity) []operation {
	return []operation{
		{ECRPublic, shape.JSON, "GetAuthorizationToken", with(i.GetAuthorizationToken)},
		{STS, shape.Query, "GetCallerIdentity", with(who.GetCallerIdentity)},
		{STS, shape.Query, "AssumeRole", with(who.AssumeRole)},
		{STS, shape.Query, "GetAccessKeyInfo", with(who.GetAccessKeyInfo)},
		{STS, shape.Query, "DecodeAuthorizationMessage", with(who.DecodeAuthorizationMessage)},
		{STS, shape.Query, "GetSessionToken", with(who.GetSessionToken)},
		{STS, shape.Query, "GetFederationToken", with(who.GetFederationToken)},
		{IAM, shape.Query, "CreateUser", with(who.CreateUser)},
		{IAM, shape.Query, "GetUser", with(who.GetUser)},
		{IAM, shape.Query, "ListUsers", with(who.ListUsers)},
		{IAM, shape.Query, "DeleteUser", with(who.DeleteUser)},
		{IAM, shape.Query, "CreateAccessKey", with(who.CreateAccessKey)},
		{IAM, shape.Query, "ListAccessKeys", with(who.ListAccessKeys)},
		{IAM, shape.Query, "UpdateAccessKey", with(who.UpdateAccessKey)},
		{IAM, shape.Query, "DeleteAccessKey", with(who.DeleteAccessKey)},
		{IAM, shape.Query, "PutUserPolicy", with(who.PutUserPolicy)},
		{IAM, shape.Query, "GetUserPolicy", with(who.GetUserPolicy)},
		{IAM, shape.Query, "ListUserPolicies", with(who.ListUserPolicies)},
		{IAM, shape.Query, "DeleteUserPolicy", with(who.DeleteUserPolicy)},
	}
}

// target is how a request names an operation: the prefix of X-Amz-Target, or the Version of a Query request, and the
// operation's name.
type target struct{ family, name string }

// families are the two ways to name a service on the wire.
//
// Source: the services' models, targetPrefix and apiVersion.
var families = map[string]string{
	ECRPublic: "SpencerFrontendService",
	STS:       "2011-06-15",
	IAM:       "2010-05-08",
}

// namespaces are the XML namespaces of the Query services' answers.
var namespaces = map[string]string{
	STS: "https://sts.amazonaws.com/doc/2011-06-15/",
	IAM: "https://iam.amazonaws.com/doc/2010-05-08/",
}
