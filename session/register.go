package session

import (
	"context"
	"errors"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// What credentials or a token can be that are not good. Any other error means that nobody could tell.
var (
	// ErrUnknown is for a session token that was never sealed here, that belongs to another key, or whose role or user
	// is gone: one answer for all of them.
	ErrUnknown = errors.New("no session of that key and token")
	// ErrOver is for an authentic session whose time is over, or that was revoked.
	ErrOver = errors.New("the session is over")
)

// Register begins and opens sessions. It is safe for concurrent use.
type Register struct {
	Store *store.Store
	Ring  func(context.Context) (*token.Ring, error)
	Now   func() time.Time

	MayIssue func() error // asked before a session begins; nil: it may
}

// Beginning is what a new session is to be.
type Beginning struct {
	Account, ID string // whose: account and unique id of the role or user
	Session     Session
	Lifetime    time.Duration // the session's Begun and Ends follow from it
}

// Credentials are those of a session, shown once.
type Credentials struct {
	AccessKey principal.AccessKeyID
	Secret    principal.Secret
	Token     principal.Secret
	Principal principal.Principal // who calls with them, but for the names that the store knows
	Ends      time.Time
}

// Begin makes a session. Whether the caller may, and how long it may be, was asked before.
func (r *Register) Begin(ctx context.Context, b Beginning) (Credentials, error) {
	if r.MayIssue != nil {
		if err := r.MayIssue(); err != nil {
			return Credentials{}, err
		}
	}
	ring, err := r.Ring(ctx)
	if err != nil {
		return Credentials{}, err
	}
	issued := r.Now() // not cut to the second: a ring's first key may have begun to seal within this one
	s := b.Session
	s.Begun = issued.UTC().Truncate(time.Second)
	s.Ends = s.Begun.Add(b.Lifetime)
	c := token.Claims{
		Account: b.Account, PrincipalID: b.ID, AccessKey: newKeyID(b.Account), Session: s.Pack(), IssuedAt: issued, ExpiresAt: s.Ends}
	text, secret, err := ring.SealSession(c)
	if err != nil {
		return Credentials{}, err
	}
	return Credentials{AccessKey: c.AccessKey, Secret: secret, Token: principal.NewSecretFrom(text), Principal: s.principal(c), Ends: s.Ends}, nil
}

// principal is who acts in the session, but for the names that the store knows.
func (s Session) principal(c token.Claims) principal.Principal {
	p := principal.Principal{
		Kind: s.Kind, Account: c.Account, ID: c.PrincipalID, Provider: s.Provider, AccessKey: c.AccessKey, Limits: c.Session}
	switch s.Kind {
	case principal.AssumedRole:
		p.Session = s.Name
	case principal.FederatedUser:
		p.Name = s.Name
	}
	return p
}
