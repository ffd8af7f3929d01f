package identity

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/webidentity"
)

// Quotas of a provider.
//
// Source: IAM User Guide, "IAM and AWS STS quotas"; IAM API Reference, CreateOpenIDConnectProvider.
const (
	maxClientIDs   = 100
	maxThumbprints = 5
)

var thumbprintForm = regexp.MustCompile(`^[0-9A-Fa-f]{40}$`)

// provider finds the provider that an operation is about, and asks whether the caller may.
func (i *Identity) provider(ctx context.Context, call access.Call, p principal.Principal, operation string, arn *string, with ...members) (store.Provider, error) {
	text, err := required("openIDConnectProviderArn", arn)
	if err != nil {
		return store.Provider{}, err
	}
	url, ok := strings.CutPrefix(text, store.ProviderARN(p.Account, ""))
	o, err := i.Store.Provider(ctx, p.Account, url)
	missing := !ok || errors.Is(err, store.ErrNotFound)
	if err != nil && !missing {
		return o, err
	}
	t := thing{arn: text}
	for _, w := range with {
		t.request, t.keys = w.request, w.keys
	}
	if !missing {
		if t.tags, err = i.Store.Tags(ctx, o.Tagged()); err != nil {
			return o, err
		}
	}
	if _, err := principal.ParseARN(text); err != nil {
		return o, invalid("Invalid ARN: %s", quoted(text))
	}
	if err := i.mayWith(ctx, call, p, operation, t); err != nil {
		return o, err
	}
	if missing {
		return o, noSuch("OpenIDConnect Provider not found for arn " + text)
	}
	return o, nil
}

// checkProvider refuses lists that a provider cannot have.
func checkProvider(o store.Provider) error {
	if len(o.ClientIDs) > maxClientIDs {
		return &Error{LimitExceeded, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"}
	}
	for _, id := range o.ClientIDs {
		if id == "" || len(id) > 255 {
			return invalid("a client id is 1 to 255 characters")
		}
	}
	if len(o.Thumbprints) > maxThumbprints {
		return invalid("Thumbprint list must contain fewer than 5 entries.")
	}
	for _, t := range o.Thumbprints {
		if !thumbprintForm.MatchString(t) {
			return invalid("a thumbprint is 40 hexadecimal digits")
		}
	}
	return nil
}

// CreateOpenIDConnectProvider begins to trust a provider: roles may now name it. Thumbprints are kept and not used: its
// certificate is verified as any other.
//
// Source: IAM API Reference, CreateOpenIDConnectProvider.
func (i *Identity) CreateOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.CreateOpenIDConnectProviderInput) (*iam.CreateOpenIDConnectProviderOutput, error) {
	url, err := required("url", in.Url)
	if err != nil {
		return nil, err
	}
	tags := tagsOf(in.Tags)
	o := store.Provider{Account: p.Account, URL: strings.TrimPrefix(url, "https://"), ClientIDs: in.ClientIDList, Thumbprints: in.ThumbprintList}
	if err := i.mayMake(ctx, call, p, "CreateOpenIDConnectProvider", "TagOpenIDConnectProvider", thing{arn: o.ARN(), request: tags}); err != nil {
		return nil, err
	}
	_, reach, err := webidentity.Register(url, i.PrivateIssuers)
	if err != nil {
		return nil, invalid("%s", err.Error())
	}
	if err := checkProvider(o); err != nil {
		return nil, err
	}
	o.Internal = reach == webidentity.Internal
	if o, err = i.Store.CreateProvider(ctx, o, tags...); err != nil {
		return nil, told(err, "", "Provider with url "+url+" already exists.")
	}
	arn := o.ARN()
	return &iam.CreateOpenIDConnectProviderOutput{OpenIDConnectProviderArn: &arn, Tags: in.Tags}, nil
}

// GetOpenIDConnectProvider tells a provider.
//
// Source: IAM API Reference, GetOpenIDConnectProvider.
func (i *Identity) GetOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.GetOpenIDConnectProviderInput) (*iam.GetOpenIDConnectProviderOutput, error) {
	o, err := i.provider(ctx, call, p, "GetOpenIDConnectProvider", in.OpenIDConnectProviderArn)
	if err != nil {
		return nil, err
	}
	tags, err := i.Store.Tags(ctx, o.Tagged())
	return &iam.GetOpenIDConnectProviderOutput{ClientIDList: o.ClientIDs, CreateDate: at(o.CreatedAt), Tags: tagShapes(tags),
		ThumbprintList: o.Thumbprints, Url: &o.URL}, err
}

// ListOpenIDConnectProviders lists the account's providers.
//
// Source: IAM API Reference, ListOpenIDConnectProviders.
func (i *Identity) ListOpenIDConnectProviders(ctx context.Context, call access.Call, p principal.Principal, _ *iam.ListOpenIDConnectProvidersInput) (*iam.ListOpenIDConnectProvidersOutput, error) {
	if err := i.may(ctx, call, p, "ListOpenIDConnectProviders", store.ProviderARN(p.Account, "*")); err != nil {
		return nil, err
	}
	all, err := i.Store.Providers(ctx, p.Account)
	out := &iam.ListOpenIDConnectProvidersOutput{OpenIDConnectProviderList: []types.OpenIDConnectProviderListEntry{}}
	for _, o := range all {
		arn := o.ARN()
		out.OpenIDConnectProviderList = append(out.OpenIDConnectProviderList, types.OpenIDConnectProviderListEntry{Arn: &arn})
	}
	return out, err
}

// DeleteOpenIDConnectProvider ends the trust in a provider: its tokens begin no session any more.
//
// Source: IAM API Reference, DeleteOpenIDConnectProvider.
func (i *Identity) DeleteOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.DeleteOpenIDConnectProviderInput) (*iam.DeleteOpenIDConnectProviderOutput, error) {
	o, err := i.provider(ctx, call, p, "DeleteOpenIDConnectProvider", in.OpenIDConnectProviderArn)
	if err != nil {
		return nil, err
	}
	return &iam.DeleteOpenIDConnectProviderOutput{}, told(i.Store.DeleteProvider(ctx, o.Account, o.URL), "OpenIDConnect Provider not found for arn "+o.ARN(), "")
}

// changeProvider writes a provider back that an operation has changed.
func (i *Identity) changeProvider(ctx context.Context, call access.Call, p principal.Principal, operation string, arn *string, change func(*store.Provider) error) error {
	o, err := i.provider(ctx, call, p, operation, arn)
	if err != nil {
		return err
	}
	if err := change(&o); err != nil {
		return err
	}
	if err := checkProvider(o); err != nil {
		return err
	}
	return told(i.Store.UpdateProvider(ctx, o), "OpenIDConnect Provider not found for arn "+o.ARN(), "")
}

// AddClientIDToOpenIDConnectProvider takes tokens for one audience more.
//
// Source: IAM API Reference, AddClientIDToOpenIDConnectProvider.
func (i *Identity) AddClientIDToOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.AddClientIDToOpenIDConnectProviderInput) (*iam.AddClientIDToOpenIDConnectProviderOutput, error) {
	return &iam.AddClientIDToOpenIDConnectProviderOutput{}, i.changeProvider(ctx, call, p, "AddClientIDToOpenIDConnectProvider", in.OpenIDConnectProviderArn, func(o *store.Provider) error {
		id, err := required("clientID", in.ClientID)
		if !slices.Contains(o.ClientIDs, id) {
			o.ClientIDs = append(slices.Clone(o.ClientIDs), id)
		}
		return err
	})
}

// RemoveClientIDFromOpenIDConnectProvider takes tokens for one audience less.
//
// Source: IAM API Reference, RemoveClientIDFromOpenIDConnectProvider.
func (i *Identity) RemoveClientIDFromOpenIDConnectProvider(ctx context.Context, call access.Call, p principal.Principal, in *iam.RemoveClientIDFromOpenIDConnectProviderInput) (*iam.RemoveClientIDFromOpenIDConnectProviderOutput, error) {
	return &iam.RemoveClientIDFromOpenIDConnectProviderOutput{}, i.changeProvider(ctx, call, p, "RemoveClientIDFromOpenIDConnectProvider", in.OpenIDConnectProviderArn, func(o *store.Provider) error {
		id, err := required("clientID", in.ClientID)
		o.ClientIDs = slices.DeleteFunc(slices.Clone(o.ClientIDs), func(have string) bool { return have == id })
		return err
	})
}

// UpdateOpenIDConnectProviderThumbprint replaces the thumbprints.
//
// Source: IAM API Reference, UpdateOpenIDConnectProviderThumbprint.
func (i *Identity) UpdateOpenIDConnectProviderThumbprint(ctx context.Context, call access.Call, p principal.Principal, in *iam.UpdateOpenIDConnectProviderThumbprintInput) (*iam.UpdateOpenIDConnectProviderThumbprintOutput, error) {
	return &iam.UpdateOpenIDConnectProviderThumbprintOutput{}, i.changeProvider(ctx, call, p, "UpdateOpenIDConnectProviderThumbprint", in.OpenIDConnectProviderArn, func(o *store.Provider) error {
		o.Thumbprints = in.ThumbprintList
		return nil
	})
}
