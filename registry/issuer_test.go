package registry_test

import (
	"testing"
	"time"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/store"
)

func newIssuer(t *testing.T, h *house, now func() time.Time) *issuer.Issuer {
	return &issuer.Issuer{Now: now}
}

func (h *house) login(u store.User) string {
	return basic(h.issuer.Password(u.Principal(), 12*time.Hour))
}
