package shape_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/shape"
)

// FuzzDecodeJSON: a body is refused with ErrDecode or taken; what is taken means the same when it is written and read
// again.
func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `null`, `{"catalogData":{"aboutText":"a","architectures":["x"],"logoImageBlob":"YQ=="},"repositoryName":"r","tags":[{"Key":"k","Value":"v"}]}`,
		`{"tags":[null]}`, `{"tags":[{}]}`, `{"repositoryName":null}`, `{"catalogData":[]}`, "{\"repositoryName\":\"\\u0000\u2028\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in, again ecrpublic.CreateRepositoryInput
		if err := shape.DecodeJSON(body, strictjson.Limits{}, &in); err != nil {
			if !errors.Is(err, shape.ErrDecode) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		text := shape.EncodeJSON(in)
		if err := shape.DecodeJSON(text, strictjson.Limits{}, &again); err != nil {
			t.Fatalf("does not read what it wrote, %s: %v", text, err)
		}
		sameJSON(t, string(shape.EncodeJSON(again)), string(text))
	})
}

// FuzzDecodeQuery: a form is refused with ErrDecode or taken, and never makes longer lists than it has parameters.
func FuzzDecodeQuery(f *testing.F) {
	for _, seed := range []string{
		"Action=AssumeRole&RoleArn=a&DurationSeconds=1", "Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c", "Tags=", "Tags.member.1=",
		"PolicyArns.member.1.arn=x&PolicyArns.member.1.Arn=y", "DurationSeconds=-1", "Tags.member.18446744073709551617.Key=a", "ProvidedContexts.member.1.ProviderArn=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		var in sts.AssumeRoleInput
		if err := shape.DecodeQuery(form, &in); err != nil {
			if !errors.Is(err, shape.ErrDecode) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if n := len(in.Tags) + len(in.PolicyArns) + len(in.TransitiveTagKeys) + len(in.ProvidedContexts); n > len(form) {
			t.Fatalf("%d elements of %d parameters", n, len(form))
		}
	})
}
