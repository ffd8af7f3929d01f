package issuer

import (
	"context"
	"errors"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/token"
)

// Login is what a login token proves at this moment. The zero Login is an anonymous caller.
type Login struct {
	Principal principal.Principal
	TokenID   string // of the login, or of the bearer
	Token     string // the name of the login, for the record; empty for nobody
	Issued    time.Time
	Expires   time.Time
}

// Redeem opens a login token's password and finds who stands behind it now. Errors: ErrForged, ErrExpired, ErrRevoked.
func (i *Issuer) Redeem(ctx context.Context, password string) (Login, error) {
	ring, err := i.Ring(ctx)
	if err != nil {
		return Login{}, err
	}
	claims, err := ring.OpenPassword(password, i.now())
	if err != nil {
		return Login{}, opened(err)
	}
	p, err := i.standing(ctx, claims)
	return Login{Principal: p, TokenID: claims.ID, Token: i.names.Name(claims.ID), Issued: claims.IssuedAt, Expires: claims.ExpiresAt}, err
}

func opened(err error) error {
	if errors.Is(err, token.ErrExpired) {
		return ErrExpired
	}
	return ErrForged
}

// standing is the principal behind authentic claims at this moment.
func (i *Issuer) standing(ctx context.Context, c token.Claims) (principal.Principal, error) {
	p, err := i.sessions.Standing(ctx, c)
	if errors.Is(err, session.ErrUnknown) || errors.Is(err, session.ErrOver) {
		return principal.Principal{}, ErrRevoked
	}
	return p, err
}
