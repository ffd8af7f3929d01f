package registry_test

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

func newIssuer(t testing.TB, h *house, now func() time.Time) *issuer.Issuer {
	t.Helper()
	h.clock.Store(-1) // the first token key is older than the first token, which has whole seconds
	defer h.clock.Store(0)
	return must(issuer.New(context.Background(), issuer.Config{Store: h.store, Access: h.control, Now: now}))(t)
}

// login makes a key for a user and a token with it, and returns the token as a Basic credential.
func (h *house) login(u store.User) string {
	h.Helper()
	ctx := context.Background()
	check(h.TB, h.store.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "login", Document: `{"Version":"2012-10-17","Statement":[{
		"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}]}`}))
	key, _, err := h.store.CreateAccessKey(ctx, u)
	check(h.TB, err)
	p := principal.Principal{Kind: principal.User, Account: u.Account, ID: u.ID, Name: u.Name, Path: u.Path, AccessKey: key.ID}
	output := must(h.issuer.GetAuthorizationToken(ctx, access.Call{}, p, &ecrpublic.GetAuthorizationTokenInput{}))(h.TB)
	text := must(base64.StdEncoding.DecodeString(*output.AuthorizationData.AuthorizationToken))(h.TB)
	return "Basic " + base64.StdEncoding.EncodeToString(text)
}
