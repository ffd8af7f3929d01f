package sigv4_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/sigv4"
)

const (
	host     = "127.0.0.1:8787"
	region   = "us-east-1"
	service  = "ecr-public"
	jsonBody = "{}"
)

var (
	noon   = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	userID = principal.AccessKeyID("AKIAQ7EXAMPLEOFAKEY2")
	secret = principal.NewSecretFrom("a secret for tests only, forty char long")
)

// keys is what the verifier may look up in these tests.
type keys map[principal.AccessKeyID]sigv4.Key

func (k keys) lookup(_ context.Context, id principal.AccessKeyID, token string) (sigv4.Key, error) {
	key, ok := k[id]
	if !ok || token != "" {
		return sigv4.Key{}, sigv4.ErrUnknownKey
	}
	return key, nil
}

var known = keys{userID: {ID: userID, Secret: secret}}

func verifier() *sigv4.Verifier {
	return &sigv4.Verifier{
		Now:   func() time.Time { return noon },
		Hosts: func(h string) bool { return h == host },
	}
}

// getToken is the request of the AWS CLI, not yet signed.
func getToken() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(jsonBody))
	r.Host = host
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
	return r
}

// signing is what a test may sign with instead of the usual.
type signing struct {
	id, secret, token string
	region, service   string
	at                time.Time
}

func usual() signing {
	return signing{string(userID), secret.Reveal(), "", region, service, noon}
}

// sign signs r with the AWS SDK's own signer.
func (s signing) sign(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(body)
	r.URL.Host = r.Host
	credentials := aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.token}
	err = v4.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(sum[:]), s.service, s.region, s.at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func verify(v *sigv4.Verifier, r *http.Request, body string) (sigv4.Verified, error) {
	return v.Verify(r, []byte(body), service, known.lookup)
}

// allow fails the test unless the request is proved.
func allow(t *testing.T, r *http.Request) sigv4.Verified {
	t.Helper()
	got, err := verify(verifier(), r, jsonBody)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return got
}

// deny fails the test unless the request is refused with that code and a message that holds the text.
func deny(t *testing.T, r *http.Request, code sigv4.Code, text string) {
	t.Helper()
	got, err := verify(verifier(), r, jsonBody)
	denied(t, got, err, code, text)
}

func denied(t *testing.T, got sigv4.Verified, err error, code sigv4.Code, text string) {
	t.Helper()
	var refusal *sigv4.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("got %+v, %v, want a refusal", got, err)
	}
	if refusal.Code != code || !strings.Contains(refusal.Message, text) {
		t.Errorf("got %v %q, want %v with %q", refusal.Code, refusal.Message, code, text)
	}
	if got != (sigv4.Verified{}) {
		t.Errorf("a refusal says that it verified %+v", got)
	}
}
