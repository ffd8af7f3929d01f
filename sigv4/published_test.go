package sigv4_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/octroi/octroi/sigv4"
)

// TestHostileS18 works through AWS's published cases.
func TestHostileS18(t *testing.T) {
	for _, c := range published {
		t.Run(c.name, func(t *testing.T) {
			r := &http.Request{
				Method: c.method, RequestURI: c.target, URL: &url.URL{}, Host: "example.amazonaws.com",
				Header: http.Header{"X-Amz-Date": {"20150830T123600Z"}}, ContentLength: int64(len(c.body)),
			}
			for _, line := range c.headers {
				name, value, _ := strings.Cut(line, ":")
				r.Header.Add(name, value)
			}
			payload := sha256.Sum256([]byte(c.body))
			canonical, err := sigv4.Canonical(r, c.signed, hex.EncodeToString(payload[:]))
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256([]byte(canonical)); hex.EncodeToString(sum[:]) != c.canonical {
				t.Errorf("canonical request is\n%s", canonical)
			}
			got := sigv4.Sign("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
				"AKIDEXAMPLE/20150830/us-east-1/service/aws4_request", "20150830T123600Z", canonical)
			if got != c.signature {
				t.Errorf("signature is %s, want %s", got, c.signature)
			}
		})
	}
}
