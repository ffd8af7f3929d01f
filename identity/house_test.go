package identity_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"

	"github.com/octroi/octroi/servertest"
)

// house is the real service with its administrator, who uses the AWS SDK.
type house struct {
	*servertest.Server
	t     *testing.T
	admin *iam.Client
}

func open(t *testing.T, options ...servertest.Option) *house {
	t.Helper()
	h := &house{Server: servertest.Start(t, options...), t: t}
	h.admin = iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &h.URL, RetryMaxAttempts: 1,
		Credentials: static(h.AddUser("admin", servertest.Grant{Actions: []string{"*"}, Resources: []string{"*"}}))})
	return h
}

func static(k servertest.Key) aws.CredentialsProvider {
	return session(k.ID, k.Secret, "")
}

// session is who calls with these credentials.
func session(id, secret, token string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}, nil
	})
}

// as is an IAM client of somebody else.
func (h *house) as(c aws.CredentialsProvider) *iam.Client {
	return iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &h.URL, RetryMaxAttempts: 1, Credentials: c})
}

// getsToken reports whether somebody gets a token at this moment.
func (h *house) getsToken(c aws.CredentialsProvider) bool {
	h.t.Helper()
	client := ecrpublic.New(ecrpublic.Options{Region: "us-east-1", BaseEndpoint: &h.URL, RetryMaxAttempts: 1, Credentials: c})
	_, err := client.GetAuthorizationToken(h.t.Context(), &ecrpublic.GetAuthorizationTokenInput{})
	var refused smithy.APIError
	if err != nil && !errors.As(err, &refused) {
		h.t.Fatal(err)
	}
	return err == nil
}

// must fails the test on an error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused holds an operation to be refused with a code, and a part of its message.
func refused[T any](_ T, err error) func(t *testing.T, code, message string) {
	return func(t *testing.T, code, message string) {
		t.Helper()
		var got smithy.APIError
		if !errors.As(err, &got) || got.ErrorCode() != code || !strings.Contains(got.ErrorMessage(), message) {
			t.Errorf("got %v, want %s with %q", err, code, message)
		}
	}
}

func trusting(who string) *string {
	return aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"sts:AssumeRole"}}`)
}

const (
	allowAll  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	denyAll   = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	readOnly  = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"
	powerUser = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicPowerUser"
)
