package issuer

import (
	"context"
	"time"

	"github.com/octroi/octroi/token"
)

// Bearer is what a registry bearer proves at this moment: whom it was made for, and the scope it was narrowed to.
type Bearer struct {
	Login
	Scope string
}

// Bearer seals a bearer for a login, or for an anonymous caller. It never outlives the login, and is as old as it: what
// was issued up to some moment is revoked with all that came from it later. The scope is the registry's own text.
func (i *Issuer) Bearer(ctx context.Context, login Login, scope string) (text string, expires time.Time, err error) {
	ring, err := i.Ring(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	issued, err := i.clock.issuing()
	if err != nil {
		return "", time.Time{}, err
	}
	expires = issued.Truncate(time.Second).Add(BearerLifetime)
	if !login.Expires.IsZero() && login.Expires.Before(expires) {
		expires = login.Expires
	}
	if !login.Issued.IsZero() && issued.Before(expires) {
		issued = login.Issued
	}
	text, err = ring.Seal(token.Bearer, token.Claims{
		ID: token.NewID(), Account: login.Principal.Account, PrincipalID: login.Principal.ID, AccessKey: login.Principal.AccessKey,
		Session: login.Principal.Limits, Parent: login.TokenID, Scope: scope, IssuedAt: issued, ExpiresAt: expires})
	return text, expires, err
}

// RedeemBearer opens a bearer and finds who stands behind it now. Errors: ErrForged, ErrExpired, ErrRevoked.
func (i *Issuer) RedeemBearer(ctx context.Context, text string) (Bearer, error) {
	ring, err := i.Ring(ctx)
	if err != nil {
		return Bearer{}, err
	}
	claims, err := ring.Open(token.Bearer, text, i.now())
	if err != nil {
		return Bearer{}, opened(err)
	}
	b := Bearer{Login{TokenID: claims.ID, Expires: claims.ExpiresAt}, claims.Scope}
	if claims.Parent != "" {
		b.Token = i.names.Name(claims.Parent)
	}
	if claims.PrincipalID == "" {
		return b, nil // sealed by us for an anonymous caller
	}
	b.Principal, err = i.standing(ctx, claims)
	return b, err
}
