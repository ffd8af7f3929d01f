package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/octroi/octroi/servertest"
)

func (c caller) decode(message string) (*sts.DecodeAuthorizationMessageOutput, error) {
	return c.sts().DecodeAuthorizationMessage(context.Background(), &sts.DecodeAuthorizationMessageInput{EncodedMessage: &message})
}

const before = ". Encoded authorization failure message: "

func TestDecodeAuthorizationMessage(t *testing.T) {
	d := openDesk(t)
	may := servertest.Grant{Actions: []string{"sts:DecodeAuthorizationMessage"}, Resources: []string{"*"}}
	anna, bert := d.with(d.AddUser("anna", may)), d.with(d.AddUser("bert"))
	name := "new"
	create := func(c caller) string {
		_, err := c.iam().CreateUser(context.Background(), &iam.CreateUserInput{UserName: &name})
		d.refused("CreateUser", err, "AccessDenied", "because no identity-based policy allows the iam:CreateUser action")
		var api smithy.APIError
		errors.As(err, &api)
		return api.ErrorMessage()
	}
	if text := create(bert); strings.Contains(text, "Encoded") { // who may not decode gets AWS's sentence
		t.Error(text)
	}
	_, message, found := strings.Cut(create(anna), before)
	if !found || strings.Contains(message, "iam:CreateUser") {
		t.Fatalf("message %q", message)
	}
	out, err := anna.decode(message)
	d.must(err)
	var got struct {
		Allowed, ExplicitDeny bool
		Advice                string
		Context               struct {
			Principal        struct{ ID, Name, ARN string }
			Action, Resource string
			Conditions       struct {
				Items []struct {
					Key    string
					Values struct{ Items []struct{ Value string } }
				}
			}
		}
	}
	d.must(json.Unmarshal([]byte(*out.DecodedMessage), &got))
	arn, id := anna.who()
	c := got.Context
	if got.Allowed || got.ExplicitDeny || c.Principal.ARN != arn || c.Principal.ID != id || c.Action != "iam:CreateUser" ||
		c.Resource != "arn:aws:iam::"+d.Account+":user/new" || len(c.Conditions.Items) == 0 {
		t.Errorf("%s", *out.DecodedMessage)
	}
	if want := `Add to a policy of the user, of its groups or of the role:` + "\n" + `{"Effect":"Allow","Action":"iam:CreateUser","Resource":"arn:aws:iam::` + d.Account + `:user/new"}`; got.Advice != want {
		t.Errorf("%s", got.Advice)
	}
	_, err = bert.decode(message)
	d.refused("not allowed", err, "AccessDenied", "sts:DecodeAuthorizationMessage")
	for _, other := range []string{"x", message + "A", message[:len(message)-4], strings.ToLower(message), "AQ"} {
		_, err = anna.decode(other)
		d.refused(other, err, "InvalidAuthorizationMessageException", "")
	}
	_, err = anna.decode(strings.Repeat("x", 10_241))
	d.refused("long", err, "ValidationError", "encodedMessage")
	d.ahead.Add(int64(37 * time.Hour))
	late := d.with(d.AddUser("late", may))
	_, err = late.decode(message)
	d.refused("of the day before yesterday", err, "SignatureDoesNotMatch", "") // the SDK signs at the test's time
}

func TestGetAccessKeyInfo(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	key := d.AddUser("anna", servertest.Grant{Actions: []string{"sts:GetAccessKeyInfo"}, Resources: []string{"*"}})
	anna := d.with(key)
	out, err := anna.sts().GetSessionToken(ctx, nil)
	d.must(err)
	ask := func(c caller, id string) (*sts.GetAccessKeyInfoOutput, error) {
		return c.sts().GetAccessKeyInfo(ctx, &sts.GetAccessKeyInfoInput{AccessKeyId: &id})
	}
	for _, id := range []string{key.ID, *out.Credentials.AccessKeyId} {
		got, err := ask(anna, id)
		d.must(err)
		if *got.Account != d.Account {
			t.Errorf("%s is of account %s", id, *got.Account)
		}
	}
	for _, id := range []string{"AKIAIOSFODNN7EXAMPLE", "ASIAAAAAAAAAAAAAAAAA", "ASIAIOSFODNN7EXAMPLE", "short", "with space 12345678"} {
		_, err := ask(anna, id)
		d.refused(id, err, "ValidationError", "")
	}
	_, err = ask(d.with(d.AddUser("bert")), key.ID)
	d.refused("not allowed", err, "AccessDenied", "sts:GetAccessKeyInfo")
}
