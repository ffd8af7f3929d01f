package issuer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// Login is what a login token proves at this moment. The zero Login is an anonymous caller.
type Login struct {
	Principal principal.Principal
	TokenID   string
	Expires   time.Time
}

// Redeem opens a login token's password and finds who stands behind it now. Errors: ErrForged, ErrExpired, ErrRevoked.
func (i *Issuer) Redeem(ctx context.Context, password string) (Login, error) {
	ring, err := i.ring(ctx)
	if err != nil {
		return Login{}, err
	}
	claims, err := ring.OpenPassword(password, i.now())
	if err != nil {
		return Login{}, opened(err)
	}
	p, err := i.standing(ctx, claims)
	return Login{Principal: p, TokenID: claims.ID, Expires: claims.ExpiresAt}, err
}

func opened(err error) error {
	if errors.Is(err, token.ErrExpired) {
		return ErrExpired
	}
	return ErrForged
}

// standing is the principal behind authentic claims: the user must still be the same one, hold the same active key,
// and neither it nor the token may have been revoked.
func (i *Issuer) standing(ctx context.Context, c token.Claims) (principal.Principal, error) {
	caller, err := i.store.Caller(ctx, c.AccessKey)
	if errors.Is(err, store.ErrNotFound) {
		return principal.Principal{}, ErrRevoked
	}
	if err != nil {
		return principal.Principal{}, fmt.Errorf("looking up who holds a token: %w", err)
	}
	if p := caller.Principal; p.ID != c.PrincipalID || p.Account != c.Account {
		return principal.Principal{}, ErrRevoked
	}
	for _, about := range []struct {
		kind    store.RevocationKind
		subject string
	}{{store.RevokeToken, c.ID}, {store.RevokeToken, c.Parent}, {store.RevokePrincipal, c.PrincipalID}} {
		before, err := i.store.Revoked(ctx, about.kind, about.subject)
		if err != nil {
			return principal.Principal{}, fmt.Errorf("looking up revocations: %w", err)
		}
		if !before.IsZero() && !c.IssuedAt.After(before) {
			return principal.Principal{}, ErrRevoked
		}
	}
	return caller.Principal, nil
}
