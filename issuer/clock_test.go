package issuer_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
)

// RL6: after a step back of more than five minutes nothing is issued, until the clock is where it was. What was issued
// before is as good as the clock says, and what was issued ahead is not good.
func TestClockThatGoesBack(t *testing.T) {
	h := open(t)
	h.forward(2 * time.Hour) // the first key has sealed for some time
	password := h.password()
	issue := func() map[string]error {
		_, _, bearer := h.Bearer(t.Context(), issuer.Login{}, "")
		_, login := h.GetAuthorizationToken(t.Context(), access.Call{}, h.principal(), &ecrpublic.GetAuthorizationTokenInput{})
		_, begun := h.Sessions().Begin(t.Context(), session.Beginning{Account: account, ID: h.user.ID,
			Session: session.Session{Kind: principal.FederatedUser, Name: "s"}, Lifetime: time.Hour})
		return map[string]error{"a login": login, "a bearer": bearer, "a session": begun}
	}
	for _, step := range []struct {
		by, behind  time.Duration
		issue, open error
	}{
		{0, 0, nil, nil},
		{-4 * time.Minute, 4 * time.Minute, nil, nil},
		{-2 * time.Minute, 6 * time.Minute, issuer.ErrClock, nil},
		{-time.Hour, 66 * time.Minute, issuer.ErrClock, issuer.ErrForged}, // it is from the future
		{62 * time.Minute, 4 * time.Minute, nil, nil},
		{time.Hour, 0, nil, nil},
		{12 * time.Hour, 0, nil, issuer.ErrExpired},
		{-12 * time.Hour, 12 * time.Hour, issuer.ErrClock, nil},
	} {
		h.forward(step.by)
		if got := h.ClockBehind().Round(time.Minute); got != step.behind {
			t.Errorf("after a step of %v: %v behind, want %v", step.by, got, step.behind)
		}
		for what, err := range issue() {
			if !errors.Is(err, step.issue) {
				t.Errorf("after a step of %v %s: %v, want %v", step.by, what, err, step.issue)
			}
		}
		if _, err := h.Redeem(t.Context(), password); !errors.Is(err, step.open) {
			t.Errorf("after a step of %v the login: %v, want %v", step.by, err, step.open)
		}
	}
}
