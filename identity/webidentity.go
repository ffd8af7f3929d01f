package identity

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/webidentity"
)

const withWebIdentity = "sts:AssumeRoleWithWebIdentity"

// AssumeRoleWithWebIdentity begins a session of a role for whom an identity provider vouches. The caller has shown no
// credential yet, so that nothing is looked up before the request has its form, no signature is verified before the
// token says what it must, and no role is looked at before the token is genuine. A token that is denied is told so in
// one sentence, whether the role is there or not; the record says why.
//
// Source: AWS STS API Reference, AssumeRoleWithWebIdentity.
func (i *Identity) AssumeRoleWithWebIdentity(ctx context.Context, call access.Call, _ principal.Principal, in *sts.AssumeRoleWithWebIdentityInput) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	a, token, err := i.webAssumption(in)
	if err != nil {
		return nil, i.refused(ctx, call, principal.Principal{}, a.role, err)
	}
	who, p, err := i.vouched(ctx, &call, a.role, token)
	if err != nil {
		return nil, i.refused(ctx, call, p, a.role, err)
	}
	a.claims = claimKeys(p.Provider, who)
	if err := a.describe(who.Session); err != nil {
		return nil, i.refused(ctx, call, p, a.role, err)
	}
	b, err := i.assume(ctx, call, p, a)
	if denial := new(access.DeniedError); errors.As(err, &denial) {
		return nil, denied("Not authorized to perform " + withWebIdentity) // recorded, with its reason
	}
	if no := new(Error); errors.As(err, &no) {
		return nil, i.refused(ctx, call, p, a.role, err)
	}
	if err != nil {
		return nil, err
	}
	return &sts.AssumeRoleWithWebIdentityOutput{
		AssumedRoleUser: b.user, Credentials: b.credentials, Audience: &who.Client, Provider: &who.Issuer, SubjectFromWebIdentityToken: &who.Subject,
		//lint:ignore SA1019 older clients read PackedPolicySize
		PackedPolicySize: b.packed, SessionTokenSize: b.size, SessionTokenUtilization: b.utilization, SourceIdentity: b.sourceIdentity}, nil
}

// webAssumption checks the form of a request and of its token.
func (i *Identity) webAssumption(in *sts.AssumeRoleWithWebIdentityInput) (a assumption, token *webidentity.Token, err error) {
	a.action = withWebIdentity
	if in.ProviderId != nil {
		return a, nil, invalid("this service takes OpenID Connect tokens only: leave ProviderId out")
	}
	if err = unsupported(in.MinimumSessionTokenSize, nil, nil); err != nil {
		return a, nil, err
	}
	if a.role, err = roleOf(in.RoleArn); err != nil {
		return a, nil, err
	}
	if a.name, err = sessionName.needed(in.RoleSessionName); err != nil {
		return a, nil, err
	}
	if a.lifetime, err = seconds(in.DurationSeconds, usualRole, shortest, store.MaxMaxSession); err != nil {
		return a, nil, err
	}
	if a.limits, err = limitsOf(in.Policy, in.PolicyArns, nil, nil); err != nil {
		return a, nil, err
	}
	text, err := required("webIdentityToken", in.WebIdentityToken)
	if err != nil {
		return a, nil, err
	}
	token, err = webidentity.Parse(text)
	return a, token, err
}

// vouched finds the provider of a token among those of the role's account, and asks it. What is known of the caller by
// then goes into the records.
func (i *Identity) vouched(ctx context.Context, call *access.Call, role string, token *webidentity.Token) (who webidentity.Identity, p principal.Principal, err error) {
	arn, err := principal.ParseARN(role)
	if err != nil {
		return who, p, err
	}
	issuer, err := webidentity.ParseIssuer(token.Issuer())
	if err != nil {
		return who, p, webidentity.Unknown(token.Issuer())
	}
	provider, err := i.Store.Provider(ctx, arn.Account, issuer.Name)
	if errors.Is(err, store.ErrNotFound) {
		return who, p, webidentity.Unknown(token.Issuer())
	}
	if err != nil {
		return who, p, err
	}
	if who, err = i.Tokens.Verify(ctx, i.asked(provider), token); err != nil {
		return who, p, err
	}
	call.WebToken = who.ID
	p = principal.Principal{Kind: principal.WebIdentity, Account: provider.Account, Name: who.Subject, Provider: provider.ARN()}
	if provider.OneTime {
		err = i.Store.UseOnce(ctx, p.Provider, who.ID, who.Expires)
		if errors.Is(err, store.ErrExists) {
			err = &Error{InvalidIdentityToken, "the token was used before, and this identity provider's tokens are taken once: get a new one"}
		}
	}
	return who, p, err
}

// asked is what the verifier needs to know of a provider. One without client ids makes its tokens for this
// deployment by name: what another deployment was shown is no good here.
func (i *Identity) asked(p store.Provider) webidentity.Provider {
	v := webidentity.Provider{Issuer: "https://" + p.URL, Audiences: p.ClientIDs, Keys: p.JWKS, CA: p.CA}
	if len(v.Audiences) == 0 && i.Audience != "" {
		v.Audiences = []string{i.Audience}
	}
	if p.Internal {
		v.Reach = webidentity.Internal
	}
	return v
}

// claimKeys are the condition keys that a token fills: PROVIDER:sub and the like.
//
// Source: IAM User Guide, "IAM and AWS STS condition context keys", AWS OIDC federation: aud is the claim azp, or aud
// where there is no azp; oaud is the claim aud.
func claimKeys(provider string, who webidentity.Identity) func(*policy.Context) {
	arn, _ := principal.ParseARN(provider) // made by us
	name := arn.Resource[len("oidc-provider/"):]
	return func(keys *policy.Context) {
		for claim, values := range who.Claims {
			if is, several := policy.IsClaim(claim); is && (several || len(values) == 1) {
				keys.SetClaim(name, claim, values...)
			}
		}
		keys.SetClaim(name, "aud", who.Client)
		keys.SetClaim(name, "oaud", who.Audience...)
	}
}

// describe takes over what the provider says of the session.
func (a *assumption) describe(s webidentity.Session) (err error) {
	var tags []types.Tag
	for _, t := range s.Tags {
		tags = append(tags, types.Tag{Key: &t.Key, Value: &t.Value})
	}
	if a.limits.Tags, err = sessionTagsOf(tags, s.Transitive); err != nil {
		return err
	}
	a.transitive = s.Transitive
	if s.SourceIdentity != "" {
		a.sourceIdentity = s.SourceIdentity
		return sourceIdentity.check(s.SourceIdentity)
	}
	return nil
}

// refused records a refusal that no policy made, and puts it into the words of STS. What failed on our side stays as
// it is.
func (i *Identity) refused(ctx context.Context, call access.Call, p principal.Principal, role string, err error) error {
	no, denial, web := new(Error), new(access.DeniedError), new(webidentity.Error)
	code := "ValidationError"
	switch {
	case errors.As(err, &web):
		told := webKinds[web.Kind]
		err, code = &Error{told.kind, web.Message}, told.code
	case errors.As(err, &denial):
		code = "AccessDenied"
	case !errors.As(err, &no):
		return err
	case no.Kind != Validation:
		code = recorded[no.Kind]
	}
	if failed := i.Access.Refuse(ctx, call, p, withWebIdentity, role, code, err.Error()); failed != nil {
		return failed
	}
	return err
}

// webKinds are the refusals of a token: what they are to a caller, and in the record.
var webKinds = map[webidentity.Kind]struct {
	kind Kind
	code string
}{
	webidentity.Malformed:    {Validation, "ValidationError"},
	webidentity.Invalid:      {InvalidIdentityToken, recorded[InvalidIdentityToken]},
	webidentity.Unregistered: {InvalidIdentityToken, recorded[InvalidIdentityToken]},
	webidentity.Expired:      {ExpiredToken, "ExpiredTokenException"},
	webidentity.Unreachable:  {ProviderUnreachable, "IDPCommunicationError"},
}

// recorded are the other refusals of a request that is no token's fault, or only its repetition.
var recorded = map[Kind]string{
	InvalidIdentityToken: "InvalidIdentityToken", MalformedPolicy: "MalformedPolicyDocument", PackedPolicyTooLarge: "PackedPolicyTooLarge",
	LimitExceeded: "LimitExceeded",
}
