package wire

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/octroi/octroi/principal"
)

// Credentials prove who calls.
type Credentials struct {
	AccessKeyID  string
	Secret       principal.Secret
	SessionToken principal.Secret // empty for a long-term key
}

// sign gives the fields that prove who sends r, in the AWS CLI's order.
//
// What is signed is a copy of r that holds only what the AWS CLI signs: host, content type, target, date and
// session token. Its path is the normal form of r's; the signer encodes it once more, as AWS does.
func sign(ctx context.Context, c Credentials, r Request, service, region string, now time.Time) ([]Field, error) {
	copied := &http.Request{
		Method: r.Method,
		Host:   r.URL.HostHeader(),
		URL: &url.URL{
			Scheme:   r.URL.Scheme,
			Host:     r.URL.HostHeader(),
			Opaque:   "//" + r.URL.HostHeader() + normalPath(escapeTarget(r.URL.Path)),
			RawQuery: r.URL.Query,
		},
		Header: http.Header{},
	}
	for _, f := range r.Header {
		if f.Name == "Content-Type" || strings.HasPrefix(f.Name, "X-Amz-") {
			copied.Header.Set(f.Name, f.Value)
		}
	}
	hash := sha256.Sum256(r.Body)
	err := v4.NewSigner().SignHTTP(ctx, aws.Credentials{
		AccessKeyID:     c.AccessKeyID,
		SecretAccessKey: c.Secret.Reveal(),
		SessionToken:    c.SessionToken.Reveal(),
	}, copied, hex.EncodeToString(hash[:]), service, region, now)
	if err != nil {
		return nil, &Error{Message: "cannot sign the request", Cause: err}
	}
	fields := []Field{{"X-Amz-Date", copied.Header.Get("X-Amz-Date")}}
	if token := c.SessionToken.Reveal(); token != "" {
		fields = append(fields, Field{"X-Amz-Security-Token", token})
	}
	return append(fields, Field{"Authorization", copied.Header.Get("Authorization")}), nil
}

// normalPath resolves "." and ".." and joins repeated slashes, as RFC 3986, section 6.2.2.3 and SigV4 want.
func normalPath(path string) string {
	var kept []string
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..":
			kept = append(kept, part)
		case len(kept) > 0:
			kept = kept[:len(kept)-1]
		}
	}
	normal := "/" + strings.Join(kept, "/")
	if strings.HasSuffix(path, "/") && len(kept) > 0 {
		normal += "/"
	}
	return normal
}
