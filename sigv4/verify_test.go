package sigv4_test

import (
	"context"
	"errors"
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
