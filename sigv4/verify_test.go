package sigv4_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/sigv4"
)

func TestVerifySaysWhatWasProved(t *testing.T) {
	got := allow(t, usual().sign(t, getToken()))
	if len(got.SignatureHash) != 32 {
		t.Errorf("signature hash is %q", got.SignatureHash)
	}
	got.SignatureHash = ""
	want := sigv4.Verified{
		KeyID: userID, Region: region, Service: service,
		Date: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), SignedAt: noon,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLookupIsAskedLast(t *testing.T) {
	ask := func(context.Context, principal.AccessKeyID, string) (sigv4.Key, error) {
		t.Error("asked for the key of a request that is out of scope")
		return sigv4.Key{}, nil
	}
	other := usual()
	other.at = noon.Add(time.Hour)
	_, err := verifier().Verify(other.sign(t, getToken()), []byte(jsonBody), service, ask)
	denied(t, sigv4.Verified{}, err, sigv4.InvalidSignature, "not yet current")
}

func TestLookupFailurePassesThrough(t *testing.T) {
	down := errors.New("store is down")
	_, err := verifier().Verify(usual().sign(t, getToken()), []byte(jsonBody), service,
		func(context.Context, principal.AccessKeyID, string) (sigv4.Key, error) { return sigv4.Key{}, down })
	var refusal *sigv4.Error
	if !errors.Is(err, down) || errors.As(err, &refusal) {
		t.Errorf("got %v, want the store's own error", err)
	}
}

func TestZeroVerifierRefuses(t *testing.T) {
	now := usual()
	now.at = time.Now()
	got, err := verify(&sigv4.Verifier{}, now.sign(t, getToken()), jsonBody)
	denied(t, got, err, sigv4.InvalidSignature, "Host")
}

func TestClaimedKeyID(t *testing.T) {
	if got := sigv4.ClaimedKeyID(usual().sign(t, getToken())); got != userID {
		t.Errorf("claims %q", got)
	}
	if got := sigv4.ClaimedKeyID(getToken()); got != "" {
		t.Errorf("an unsigned request claims %q", got)
	}
}

func TestErrorsNameTheirCode(t *testing.T) {
	_, err := verify(verifier(), getToken(), jsonBody)
	if err == nil || err.Error() != "MissingAuthentication: Missing Authentication Token" {
		t.Errorf("got %v", err)
	}
	for code, want := range map[sigv4.Code]string{-1: "NoCode", 0: "NoCode", 99: "NoCode", sigv4.Expired: "Expired"} {
		if got := code.String(); got != want {
			t.Errorf("code %d is %q", int(code), got)
		}
	}
}

func TestClockDefaultsToTheSystems(t *testing.T) {
	v := verifier()
	v.Now = nil
	now := usual()
	now.at = time.Now()
	if _, err := verify(v, now.sign(t, getToken()), jsonBody); err != nil {
		t.Error(err)
	}
}

// TestContentLengthOutsideTheHeaders: Go's signer signs Content-Length, and the header map may not have it.
func TestContentLengthOutsideTheHeaders(t *testing.T) {
	r := usual().sign(t, getToken())
	if r.Header.Get("Content-Length") != "" {
		t.Fatal("this request has the header; the test shows nothing")
	}
	allow(t, r)
	r.ContentLength = -1
	deny(t, r, sigv4.Incomplete, "'content-length' is named as a SignedHeader")
}

func TestHostMissing(t *testing.T) {
	r := usual().sign(t, getToken())
	r.Host = ""
	deny(t, r, sigv4.Incomplete, "'host' is named as a SignedHeader")
}

// TestVerifierShowsNothing: it remembers derived keys and a decoy secret.
func TestVerifierShowsNothing(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, new(sigv4.Verifier)); got != "sigv4.Verifier(***)" {
			t.Errorf("%s: %s", verb, got)
		}
	}
}
