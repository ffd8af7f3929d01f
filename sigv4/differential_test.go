package sigv4_test

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/sigv4"
)

// wire is r as a server reads it after a client wrote it.
func wire(t interface{ Fatal(...any) }, r *http.Request) *http.Request {
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	read, err := http.ReadRequest(bufio.NewReader(&b))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// TestAgreesWithTheSDK signs arbitrary requests with the AWS SDK's signer, sends them through net/http's writer
// and reader, and expects each to verify, and not to verify any more once anything is changed.
func TestAgreesWithTheSDK(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		segment := rapid.StringMatching(`[a-zA-Z0-9 ._~!$&'()*,;=:@%/é-]{1,12}`).Filter(func(s string) bool { return s != "." && s != ".." })
		path := ""
		for _, s := range rapid.SliceOfN(segment, 0, 3).Draw(rt, "path") {
			path += "/" + url.PathEscape(s)
		}
		query := url.Values{}
		for _, s := range rapid.SliceOfN(rapid.String(), 0, 4).Draw(rt, "query") {
			query.Add("q"+s[:len(s)/2], s)
		}
		body := rapid.String().Draw(rt, "body")
		target := path + "/?" + strings.ReplaceAll(query.Encode(), "+", "%20")
		r := httptest.NewRequest(http.MethodPost, "http://"+host+target, strings.NewReader(body))
		r.RequestURI = ""
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		for _, value := range rapid.SliceOfN(rapid.StringMatching(`[!-~]([ -~]{0,20}[!-~])?`), 0, 3).Draw(rt, "values") {
			r.Header.Add("My-Header", value)
		}
		s := usual()
		s.secret = rapid.StringN(1, 60, -1).Draw(rt, "secret")
		s.region = rapid.StringMatching(`[a-z]{2}-[a-z]{4,9}-[1-9]`).Draw(rt, "region")
		s.service = rapid.SampledFrom([]string{"ecr-public", "sts", "iam"}).Draw(rt, "service")
		s.at = noon.Add(time.Duration(rapid.IntRange(-899, 899).Draw(rt, "skew")) * time.Second)
		s.token = rapid.StringMatching(`([A-Za-z0-9+/=]{8,40})?`).Draw(rt, "token")
		got := wire(rt, s.sign(t, r))

		lookup := func(_ context.Context, id principal.AccessKeyID, token string) (sigv4.Key, error) {
			if token != s.token {
				rt.Fatalf("lookup was given token %q", token)
			}
			return sigv4.Key{ID: id, Secret: principal.NewSecretFrom(s.secret)}, nil
		}
		v := verifier()
		proved, err := v.Verify(got, []byte(body), s.service, lookup)
		if err != nil {
			rt.Fatalf("refused %s: %v", got.RequestURI, err)
		}
		if proved.Region != s.region || !proved.SignedAt.Equal(s.at) || proved.HasSessionToken != (s.token != "") {
			rt.Fatalf("proved %+v", proved)
		}
		if _, err := v.Verify(got, []byte(body+"x"), s.service, lookup); err == nil {
			rt.Fatal("verifies with another body")
		}
		got.RequestURI += "x"
		if _, err := v.Verify(got, []byte(body), s.service, lookup); err == nil {
			rt.Fatal("verifies with another target")
		}
	})
}
