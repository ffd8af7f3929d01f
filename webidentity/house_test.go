package webidentity_test

import (
	"crypto/elliptic"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/webidentity"
)

const (
	ours    = "https://registry.example.com"
	subject = "repo:acme/app:ref:refs/heads/main"
)

// Keys are made once: an RSA key takes a while.
var (
	mainKey   = sync.OnceValue(func() *testissuer.Key { return testissuer.NewRSA("main", 2048) })
	secondKey = sync.OnceValue(func() *testissuer.Key { return testissuer.NewRSA("second", 2048) })
	curveKey  = sync.OnceValue(func() *testissuer.Key { return testissuer.NewEC("curve", elliptic.P256()) })
)

// house is a verifier with a clock of its own, and an issuer that it trusts.
type house struct {
	*webidentity.Verifier
	issuer   *testissuer.Issuer
	provider webidentity.Provider
	mu       sync.Mutex
	at       time.Time
}

func open(t *testing.T, published ...*testissuer.Key) *house {
	t.Helper()
	h := &house{issuer: testissuer.Start(published...), at: time.Now()}
	t.Cleanup(h.issuer.Close)
	h.provider = webidentity.Provider{Issuer: h.issuer.URL, Audiences: []string{ours, "second"}, Reach: webidentity.Internal, CA: h.issuer.CA}
	h.Verifier = webidentity.New(webidentity.Config{Now: h.now})
	return h
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func (h *house) claims() testissuer.Claims { return h.issuer.Now(h.now(), ours, subject) }

func (h *house) verify(t *testing.T, token string) (webidentity.Identity, error) {
	t.Helper()
	parsed, err := webidentity.Parse(token)
	if err != nil {
		return webidentity.Identity{}, err
	}
	return h.Verify(t.Context(), h.provider, parsed)
}

func (h *house) allow(t *testing.T, what, token string) webidentity.Identity {
	t.Helper()
	who, err := h.verify(t, token)
	if err != nil {
		t.Errorf("%s: refused: %v (%v)", what, err, errors.Unwrap(err))
	}
	return who
}

// refuse: with this kind, and this part of the message.
func (h *house) refuse(t *testing.T, what, token string, kind webidentity.Kind, text string) {
	t.Helper()
	who, err := h.verify(t, token)
	refusal := new(webidentity.Error)
	if !errors.As(err, &refusal) || refusal.Kind != kind || !strings.Contains(refusal.Message, text) {
		t.Errorf("%s: got %+v, %v, want kind %d %q", what, who, err, kind, text)
	}
}
