package shape_test

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/shape"
)

func TestDecodeJSONRefuses(t *testing.T) {
	for _, c := range []struct{ name, body, word string }{
		{"null", `null`, "body"}, {"list", `[]`, "body"}, {"text", `"a"`, "body"}, {"number", `1`, "body"},
		{"string for a list", `{"repositoryNames":"a"}`, "repositoryNames"},
		{"number in a list of strings", `{"repositoryNames":["a",1]}`, "repositoryNames"},
		{"null in a list", `{"repositoryNames":[null]}`, "repositoryNames"},
		{"list for a string", `{"nextToken":["a"]}`, "nextToken"},
		{"string for a number", `{"maxResults":"1"}`, "maxResults"},
		{"fraction", `{"maxResults":1.5}`, "maxResults"}, {"too large", `{"maxResults":2147483648}`, "maxResults"},
		{"exponent", `{"maxResults":1e99}`, "maxResults"}, {"boolean", `{"maxResults":true}`, "maxResults"},
		{"twice", `{"nextToken":"a","nextToken":"b"}`, "duplicate"},
		{"trailing", `{} {}`, "byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := shape.DecodeJSON([]byte(c.body), strictjson.Limits{}, &ecrpublic.DescribeRepositoriesInput{})
			if !errors.Is(err, shape.ErrDecode) || !strings.Contains(err.Error(), c.word) {
				t.Errorf("got %v, want an error about %s", err, c.word)
			}
		})
	}
	for _, c := range []struct{ body, word string }{
		{`{"layerPartBlob":"YQ"}`, "layerPartBlob"}, {`{"layerPartBlob":"YR=="}`, "layerPartBlob"}, {`{"layerPartBlob":1}`, "layerPartBlob"},
		{`{"layerPartBlob":"YQ\n=="}`, "layerPartBlob"}, {`{"partFirstByte":9223372036854775808}`, "partFirstByte"},
	} {
		if err := shape.DecodeJSON([]byte(c.body), strictjson.Limits{}, &ecrpublic.UploadLayerPartInput{}); !errors.Is(err, shape.ErrDecode) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: got %v", c.body, err)
		}
	}
	if err := shape.DecodeJSON([]byte(`{"tags":[{"key":"a","Value":"b"}]}`), strictjson.Limits{}, &ecrpublic.TagResourceInput{}); err != nil {
		t.Errorf("a member in another case is another member, and passed over: %v", err)
	}
}

func TestDecodeJSONTakes(t *testing.T) {
	var in ecrpublic.DescribeRepositoriesInput
	err := shape.DecodeJSON([]byte(`{"unknown":{"a":[1]},"NextToken":"other","nextToken":null,"maxResults":7,"repositoryNames":[]}`), strictjson.Limits{}, &in)
	if err != nil || in.NextToken != nil || *in.MaxResults != 7 || in.RepositoryNames == nil || len(in.RepositoryNames) != 0 {
		t.Errorf("got %+v, %v", in, err)
	}
	if err := shape.DecodeJSON(nil, strictjson.Limits{}, &in); err != nil {
		t.Errorf("an empty body: %v", err)
	}
}

func TestDecodeQueryRefuses(t *testing.T) {
	for _, body := range []string{
		"DurationSeconds=x", "DurationSeconds=", "DurationSeconds=1.5", "DurationSeconds=2147483648", "DurationSeconds=+1",
		"DurationSeconds=0x10", "DurationSeconds=1_0", longList(1001),
	} {
		form, err := url.ParseQuery(body)
		if err != nil {
			t.Fatal(err)
		}
		if err := shape.DecodeQuery(form, &sts.AssumeRoleInput{}); !errors.Is(err, shape.ErrDecode) {
			t.Errorf("%.60s: got %v", body, err)
		}
	}
}

func longList(n int) string {
	v := url.Values{}
	for i := range n {
		v.Set("TransitiveTagKeys.member."+strconv.Itoa(i+1), "a")
	}
	return v.Encode()
}

func TestDecodeQueryTakes(t *testing.T) {
	form, err := url.ParseQuery("RoleArn=a&Unknown=b&rolearn=c&TransitiveTagKeys.member.1=x&TransitiveTagKeys.member.2=y&TransitiveTagKeys.member.4=gap&Tags.member.1.Key=k")
	if err != nil {
		t.Fatal(err)
	}
	var in sts.AssumeRoleInput
	if err := shape.DecodeQuery(form, &in); err != nil || *in.RoleArn != "a" || len(in.TransitiveTagKeys) != 2 || *in.Tags[0].Key != "k" || in.Tags[0].Value != nil {
		t.Errorf("got %+v, %v", in, err)
	}
}

func TestEncode(t *testing.T) {
	text := "a \"quoted\" <tag> & \u2028 line\n"
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC)
	out := &ecrpublic.DescribeImagesOutput{NextToken: &text, ImageDetails: []types.ImageDetail{{ImagePushedAt: &at}}}
	sameJSON(t, string(shape.EncodeJSON(out)), `{"nextToken":"a \"quoted\" <tag> & \u2028 line\n","imageDetails":[{"imagePushedAt":1767323045.678}]}`)
	if got := string(shape.EncodeJSON(&ecrpublic.DescribeImagesOutput{ImageDetails: []types.ImageDetail{}})); got != `{"imageDetails":[]}` {
		t.Errorf("an empty list: %s", got)
	}
	x := string(shape.EncodeXML("GetCallerIdentity", "urn:x", "id", &sts.GetCallerIdentityOutput{Arn: &text}))
	if !strings.Contains(x, "<Arn>a &#34;quoted&#34; &lt;tag&gt; &amp; \u2028 line&#xA;</Arn>") || strings.Contains(x, "<Account>") {
		t.Error(x)
	}
}
