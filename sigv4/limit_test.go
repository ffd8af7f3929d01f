package sigv4_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/octroi/octroi/sigv4"
)

// TestLimits: the longest that is taken, and one more.
func TestLimits(t *testing.T) {
	padded := func(length int) *http.Request {
		return edit(t, func(header string) string {
			return strings.Replace(header, " ", strings.Repeat(" ", 1+length-len(header)), 1)
		})
	}
	allow(t, padded(sigv4.MaxAuthorization))
	deny(t, padded(sigv4.MaxAuthorization+1), sigv4.Incomplete, "too long")
	in := usual()
	for _, region := range []string{strings.Repeat("r", 63), "a-0", "z-9"} {
		in.region = region
		allow(t, in.sign(t, getToken()))
	}
	in.region = strings.Repeat("r", 64)
	deny(t, in.sign(t, getToken()), sigv4.InvalidSignature, "")
}

// TestMessagesSayWhatIsWrong: each refusal has its own sentence, in printable characters.
func TestMessagesSayWhatIsWrong(t *testing.T) {
	header := func(text string) *http.Request {
		r := getToken()
		r.Header.Set("Authorization", text)
		return r
	}
	deny(t, header("Bearer x"), sigv4.Incomplete, "must use the algorithm")
	if _, err := verify(verifier(), header("AWS4-HMAC-SHA256"), jsonBody); err == nil || strings.Contains(err.Error(), "must use the algorithm") {
		t.Errorf("the algorithm alone: %v", err)
	}
	odd := edit(t, func(h string) string { return strings.Replace(h, "aws4_request", "aws4\x1f ~\x7fé", 1) })
	deny(t, odd, sigv4.InvalidSignature, "not 'aws4? ~???'")
}

// TestFirstUnsignedHeader: one request has one answer, whatever the order in which a map is read.
func TestFirstUnsignedHeader(t *testing.T) {
	for range 20 {
		r := usual().sign(t, getToken())
		for _, name := range []string{"X-Amz-C", "X-Amz-B", "X-Amz-D", "X-Amz-"} {
			r.Header[name] = []string{"1"}
		}
		deny(t, r, sigv4.InvalidSignature, "'X-Amz-' must be a 'SignedHeader'")
	}
	allow(t, with(t, "X-Amz-Zone", "1"))
}

// TestTargets: a colon and two slashes make a target absolute only where a scheme stands.
func TestTargets(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/?x=http://y/z", strings.NewReader(jsonBody))
	r.Host = host
	allow(t, usual().sign(t, r))
	for target, ok := range map[string]bool{"http:///": true, "http://" + host + "/": true, "http://" + host: false, "http://": false} {
		r := usual().sign(t, getToken())
		if r.RequestURI = target; ok {
			allow(t, r)
		} else {
			deny(t, r, sigv4.InvalidSignature, "not in its normal form")
		}
	}
}

// TestNoContent: a length of 0 can be signed.
func TestNoContent(t *testing.T) {
	r := getToken()
	r.ContentLength = 0
	allow(t, handmade(t, r, "content-length;"+allNames, scope))
}
