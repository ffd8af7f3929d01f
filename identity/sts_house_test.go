package identity_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// desk is the real service, and users and roles who come to it for sessions.
type desk struct {
	*servertest.Server
	t     *testing.T
	ahead *atomic.Int64 // of the service's clock, in nanoseconds
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, ahead: new(atomic.Int64)}
	d.Server = servertest.Start(t, servertest.Clock(func() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }))
	return d
}

// caller calls with some credentials, signing at the time of the service.
type caller struct {
	d    *desk
	keys aws.Credentials
}

func (d *desk) with(k servertest.Key) caller {
	return caller{d, aws.Credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret}}
}

func (d *desk) session(c *types.Credentials) caller {
	return caller{d, aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}}
}

func (c caller) config() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(c.d.URL), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c.keys, nil })}
}

func (c caller) sts() *sts.Client             { return sts.NewFromConfig(c.config()) }
func (c caller) iam() *iam.Client             { return iam.NewFromConfig(c.config()) }
func (c caller) ecrpublic() *ecrpublic.Client { return ecrpublic.NewFromConfig(c.config()) }

// who is the ARN and the id that GetCallerIdentity answers.
func (c caller) who() (arn, id string) {
	c.d.t.Helper()
	out, err := c.sts().GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	c.d.must(err)
	return *out.Arn, *out.UserId
}

// assume begins a session of a role.
func (c caller) assume(role, name string, change ...func(*sts.AssumeRoleInput)) (*sts.AssumeRoleOutput, error) {
	in := &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: &name}
	for _, f := range change {
		f(in)
	}
	return c.sts().AssumeRole(context.Background(), in)
}

// in is the caller in a session of a role, which must begin.
func (c caller) in(role, name string, change ...func(*sts.AssumeRoleInput)) caller {
	c.d.t.Helper()
	out, err := c.assume(role, name, change...)
	c.d.must(err)
	return c.d.session(out.Credentials)
}

// login is the registry's password, and when it ends.
func (c caller) login() (string, time.Time, error) {
	out, err := c.ecrpublic().GetAuthorizationToken(context.Background(), &ecrpublic.GetAuthorizationTokenInput{})
	if err != nil {
		return "", time.Time{}, err
	}
	return *out.AuthorizationData.AuthorizationToken, *out.AuthorizationData.ExpiresAt, nil
}

// obeyed lets the service look for what another process wrote.
func (d *desk) obeyed() { d.ahead.Add(int64(store.CheckInterval)) }

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// refused checks the code and a part of the message of a refusal.
func (d *desk) refused(what string, err error, code, part string) {
	d.t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), part) {
		d.t.Errorf("%s: %v, want %s: %s", what, err, code, part)
	}
}

func (d *desk) role(arn string) store.Role {
	d.t.Helper()
	r, err := d.Store().RoleByARN(context.Background(), arn)
	d.must(err)
	return r
}

func lasting(seconds int32) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.DurationSeconds = &seconds }
}

func narrowed(document string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.Policy = &document }
}

func named(arns ...string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) {
		for _, arn := range arns {
			in.PolicyArns = append(in.PolicyArns, types.PolicyDescriptorType{Arn: &arn})
		}
	}
}

func tagged(key, value string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.Tags = append(in.Tags, types.Tag{Key: &key, Value: &value}) }
}

func handing(key string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.TransitiveTagKeys = append(in.TransitiveTagKeys, key) }
}

func behind(name string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.SourceIdentity = &name }
}

// allowing is a document that allows actions on everything.
func allowing(actions ...string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["` + strings.Join(actions, `","`) + `"],"Resource":"*"}}`
}
