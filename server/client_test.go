package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// credentials of a user, as the SDK takes them.
func credentials(id, secret string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, nil
	})
}

// getToken gets a token with the SDK's client, once: the password and the id of the request.
func getToken(ctx context.Context, host, id, secret string) (password, requestID string, err error) {
	c := ecrpublic.New(ecrpublic.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + host), Retryer: aws.NopRetryer{},
		Credentials: credentials(id, secret)})
	out, err := c.GetAuthorizationToken(ctx, &ecrpublic.GetAuthorizationTokenInput{})
	if err != nil {
		return "", "", err
	}
	requestID, _ = middleware.GetRequestIDMetadata(out.ResultMetadata)
	text, err := base64.StdEncoding.DecodeString(*out.AuthorizationData.AuthorizationToken)
	return strings.TrimPrefix(string(text), "AWS:"), requestID, err
}

func administer(host, id, secret string) *iam.Client {
	return iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + host), Retryer: aws.NopRetryer{}, Credentials: credentials(id, secret)})
}

// addUser makes a user with a key and a policy through IAM, three calls.
func addUser(ctx context.Context, c *iam.Client, name, document string) (id, secret string, err error) {
	if _, err := c.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}); err != nil {
		return "", "", err
	}
	k, err := c.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		return "", "", err
	}
	_, err = c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("p"), PolicyDocument: &document})
	return *k.AccessKey.AccessKeyId, *k.AccessKey.SecretAccessKey, err
}

func whoAmI(ctx context.Context, host, id, secret string) (arn string, err error) {
	c := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + host), Retryer: aws.NopRetryer{}, Credentials: credentials(id, secret)})
	out, err := c.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return *out.Arn, nil
}

// registryClient is the registry as a user with a password sees it; nobody's without one.
type registryClient struct {
	host, password string
	client         *http.Client
}

func openRegistry(host, password string) registryClient {
	return registryClient{host, password, &http.Client{Timeout: 20 * time.Second}}
}

// status is an answer that was not the one hoped for.
type status struct {
	code int
	body string
}

func (s status) Error() string { return fmt.Sprintf("status %d: %s", s.code, s.body) }

func (r registryClient) do(method, uri, contentType string, body []byte, want int) (*http.Response, []byte, error) {
	if strings.HasPrefix(uri, "/") {
		uri = "http://" + r.host + uri
	}
	request, err := http.NewRequest(method, uri, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if r.password != "" {
		request.SetBasicAuth("AWS", r.password)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != want {
		err = status{response.StatusCode, string(text)}
	}
	return response, text, err
}

func (r registryClient) ping() error {
	_, _, err := r.do("GET", "/v2/", "", nil, 200)
	return err
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// pushBlob uploads in a POST, a PATCH and a PUT.
func (r registryClient) pushBlob(repository string, b []byte) (string, error) {
	digest := digestOf(b)
	response, _, err := r.do("POST", "/v2/"+repository+"/blobs/uploads/", "", nil, 202)
	if err != nil {
		return "", err
	}
	response, _, err = r.do("PATCH", r.location(response), "application/octet-stream", b, 202)
	if err != nil {
		return "", err
	}
	at, err := url.Parse(r.location(response))
	if err != nil {
		return "", err
	}
	q := at.Query()
	q.Set("digest", digest)
	at.RawQuery = q.Encode()
	_, _, err = r.do("PUT", at.String(), "application/octet-stream", nil, 201)
	return digest, err
}

func (r registryClient) location(response *http.Response) string {
	at := response.Header.Get("Location")
	if strings.HasPrefix(at, "/") {
		return "http://" + r.host + at
	}
	return at
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"

func (r registryClient) pushManifest(repository, tag string, config, layer []byte) (string, error) {
	m := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":%q,"size":%d},`+
		`"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":%q,"size":%d}]}`,
		manifestType, digestOf(config), len(config), digestOf(layer), len(layer))
	_, _, err := r.do("PUT", "/v2/"+repository+"/manifests/"+tag, manifestType, m, 201)
	return digestOf(m), err
}

// pull pulls a manifest or a blob and returns the digest of what came.
func (r registryClient) pull(repository, kind, reference string) (string, error) {
	response, b, err := r.do("GET", "/v2/"+repository+"/"+kind+"/"+reference, "", nil, 200)
	if err != nil {
		return "", err
	}
	if said := response.Header.Get("Docker-Content-Digest"); said != "" && said != digestOf(b) {
		return "", fmt.Errorf("served %s as %s", digestOf(b), said)
	}
	return digestOf(b), nil
}

// signWith signs a request for a token with the SDK and hands it to a transport.
func signWith(t *testing.T, host, id, secret string, transport http.RoundTripper) {
	t.Helper()
	c := ecrpublic.New(ecrpublic.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + host), Retryer: aws.NopRetryer{},
		Credentials: credentials(id, secret), HTTPClient: &http.Client{Transport: transport}})
	_, _ = c.GetAuthorizationToken(t.Context(), &ecrpublic.GetAuthorizationTokenInput{})
}
