package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// caller is a client with a key of the service's.
type caller struct {
	host   string
	key    aws.Credentials
	client *http.Client
	now    func() time.Time // nil: time.Now
	at     string           // the repository that is looked at when something is checked
}

func newCaller(host string, key aws.Credentials, timeout time.Duration) *caller {
	return &caller{host: host, key: key, at: repository, client: &http.Client{Timeout: timeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// refused is an answer that is not 200.
type refused struct {
	status int
	body   string
}

func (r *refused) Error() string { return fmt.Sprintf("status %d: %s", r.status, r.body) }

// login is a token as GetAuthorizationToken answers it.
type login struct {
	text      string // base64 of user:password, for a Basic header
	requestID string // whose records are in the log
}

// token asks for a login token.
func (c *caller) token(ctx context.Context) (login, error) {
	const body = "{}"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.host+"/", strings.NewReader(body))
	if err != nil {
		return login{}, err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, c.key, r, hex.EncodeToString(sum[:]), "ecr-public", "us-east-1", c.time()); err != nil {
		return login{}, err
	}
	text, header, err := c.do(r)
	if err != nil {
		return login{}, err
	}
	var answer struct {
		AuthorizationData struct{ AuthorizationToken string }
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.AuthorizationData.AuthorizationToken == "" {
		return login{}, errors.Join(err, fmt.Errorf("an answer without a token: %.200q", text))
	}
	return login{answer.AuthorizationData.AuthorizationToken, header.Get("x-amzn-RequestId")}, nil
}

func (c *caller) time() time.Time {
	if c.now != nil {
		return c.now()
	}
	return time.Now()
}

// do sends a request and reads the whole answer. Errors: *refused.
func (c *caller) do(r *http.Request) ([]byte, http.Header, error) {
	a, err := c.client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return nil, nil, err
	}
	if a.StatusCode/100 != 2 {
		return text, a.Header, &refused{a.StatusCode, string(text[:min(len(text), 300)])}
	}
	return text, a.Header, nil
}

// works reports whether the registry takes a login: nil, *refused, or that the registry cannot be reached.
func (c *caller) works(ctx context.Context, l login) error {
	_, _, err := c.registry(ctx, http.MethodGet, "/v2/", l, nil, "")
	return err
}

// registry sends one request to the registry with a login.
func (c *caller) registry(ctx context.Context, method, path string, l login, body []byte, contentType string) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+c.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if l.text != "" {
		r.Header.Set("Authorization", "Basic "+l.text)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return c.do(r)
}

// digestOf is the digest of a content.
func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// pushBlob pushes a blob in one request, and returns its digest.
func (c *caller) pushBlob(ctx context.Context, l login, repository string, content []byte) (string, error) {
	_, h, err := c.registry(ctx, http.MethodPost, "/v2/"+repository+"/blobs/uploads/", l, nil, "")
	if err != nil {
		return "", err
	}
	place := h.Get("Location")
	place = strings.TrimPrefix(place, "http://"+c.host)
	joint := "?"
	if strings.Contains(place, "?") {
		joint = "&"
	}
	digest := digestOf(content)
	_, _, err = c.registry(ctx, http.MethodPut, place+joint+"digest="+digest, l, content, "application/octet-stream")
	return digest, err
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"

// manifestOf is the manifest of an image of a config and layers.
func manifestOf(annotations map[string]string, config []byte, layers ...[]byte) []byte {
	type descriptor struct {
		MediaType string `json:"mediaType"`
		Digest    string `json:"digest"`
		Size      int    `json:"size"`
	}
	m := struct {
		SchemaVersion int               `json:"schemaVersion"`
		MediaType     string            `json:"mediaType"`
		Config        descriptor        `json:"config"`
		Layers        []descriptor      `json:"layers"`
		Annotations   map[string]string `json:"annotations,omitempty"`
	}{2, manifestType, descriptor{"application/vnd.oci.image.config.v1+json", digestOf(config), len(config)}, nil, annotations}
	for _, l := range layers {
		m.Layers = append(m.Layers, descriptor{"application/vnd.oci.image.layer.v1.tar", digestOf(l), len(l)})
	}
	text, _ := json.Marshal(m) // texts and numbers can always be written
	return text
}

// partsOf are the blobs that a manifest names.
func partsOf(manifest []byte) (all []string) {
	type descriptor struct{ Digest string }
	var m struct {
		Config descriptor
		Layers []descriptor
	}
	_ = json.Unmarshal(manifest, &m) // what is none names nothing, and is found by its digest
	for _, d := range append(m.Layers, m.Config) {
		all = append(all, d.Digest)
	}
	return all
}

func configNamed(name string) []byte {
	return []byte(`{"architecture":"amd64","os":"linux","name":"` + name + `"}`)
}

// manifestNamed is the manifest of the image that pushImage pushes under a tag.
func manifestNamed(tag string, layers ...[]byte) []byte {
	return manifestOf(nil, configNamed(tag), layers...)
}

// pushImage pushes an image of a config and layers under a tag, and returns the manifest's digest.
func (c *caller) pushImage(ctx context.Context, l login, repository, tag string, layers ...[]byte) (string, error) {
	for _, content := range append([][]byte{configNamed(tag)}, layers...) {
		if _, err := c.pushBlob(ctx, l, repository, content); err != nil {
			return "", err
		}
	}
	text := manifestNamed(tag, layers...)
	_, _, err := c.registry(ctx, http.MethodPut, "/v2/"+repository+"/manifests/"+tag, l, text, manifestType)
	return digestOf(text), err
}

// password is the part of a login that a person would paste.
func (l login) password() string {
	text, _ := base64.StdEncoding.DecodeString(l.text)
	_, password, _ := strings.Cut(string(text), ":")
	return password
}
