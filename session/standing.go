package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// Standing is the principal behind the authentic claims of a session, or of what a session or a user asked for, at
// this moment. The user must be the same one and hold the same active key; the role must be the same one, with its
// unique id and not only its name; and neither of them, nor the session, nor the token may have been revoked.
// Errors: ErrUnknown, ErrOver.
func (r *Register) Standing(ctx context.Context, c token.Claims) (principal.Principal, error) {
	if c.Session == "" {
		p, err := r.holder(ctx, c, c.AccessKey)
		if err != nil {
			return principal.Principal{}, err
		}
		return p, r.unrevoked(ctx, c, c.IssuedAt)
	}
	s, err := Unpack(c.Session)
	if err != nil {
		return principal.Principal{}, ErrUnknown
	}
	p, err := r.inSession(ctx, c, s)
	if err != nil {
		return principal.Principal{}, err
	}
	if !r.Now().Before(s.Ends) {
		return principal.Principal{}, ErrOver
	}
	return p, r.unrevoked(ctx, c, s.Begun)
}

// inSession is who acts in the session.
func (r *Register) inSession(ctx context.Context, c token.Claims, s Session) (principal.Principal, error) {
	p := s.principal(c)
	if s.Kind == principal.AssumedRole {
		who, err := r.Store.Identity(ctx, c.Account, c.PrincipalID)
		if errors.Is(err, store.ErrNotFound) || err == nil && who.Role.ID != c.PrincipalID {
			return principal.Principal{}, ErrUnknown
		}
		if err != nil {
			return principal.Principal{}, fmt.Errorf("looking up the role of a session: %w", err)
		}
		p.Name, p.Path = who.Role.Name, who.Role.Path
		return p, r.vouched(ctx, c, s)
	}
	user, err := r.holder(ctx, c, s.Parent)
	if err != nil {
		return principal.Principal{}, err
	}
	if s.Kind == principal.User {
		p.Name, p.Path = user.Name, user.Path
	}
	return p, nil
}

// vouched is ErrUnknown for a web identity's session whose provider is trusted no more, or again and not still: whom it
// vouched for before nobody would let in now.
func (r *Register) vouched(ctx context.Context, c token.Claims, s Session) error {
	if s.Provider == "" {
		return nil
	}
	url, _ := strings.CutPrefix(s.Provider, store.ProviderARN(c.Account, ""))
	p, err := r.Store.Provider(ctx, c.Account, url)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.CreatedAt.Truncate(time.Second).After(s.Begun) {
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("looking up the identity provider of a session: %w", err)
	}
	return nil
}

// holder is the user who holds an active access key, and is the one of the claims.
func (r *Register) holder(ctx context.Context, c token.Claims, key principal.AccessKeyID) (principal.Principal, error) {
	caller, err := r.Store.Caller(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return principal.Principal{}, ErrUnknown
	}
	if err != nil {
		return principal.Principal{}, fmt.Errorf("looking up who holds an access key: %w", err)
	}
	if p := caller.Principal; p.ID != c.PrincipalID || p.Account != c.Account {
		return principal.Principal{}, ErrUnknown
	}
	return caller.Principal, nil
}

// unrevoked is ErrOver when something was revoked that the claims hang on; began is when the session did, which is
// before all that it asked for.
func (r *Register) unrevoked(ctx context.Context, c token.Claims, began time.Time) error {
	any, err := r.Store.AnyRevoked(ctx)
	if err != nil {
		return fmt.Errorf("looking up revocations: %w", err)
	}
	if !any {
		return nil
	}
	for _, about := range [...]struct {
		kind    store.RevocationKind
		subject string
	}{
		{store.RevokeToken, r.tokenName(c.ID)}, {store.RevokeToken, r.tokenName(c.Parent)}, {store.RevokeAll, ""},
		{store.RevokeSession, string(c.AccessKey)}, {store.RevokePrincipal, c.PrincipalID},
	} {
		before, err := r.Store.Revoked(ctx, about.kind, about.subject)
		if err != nil {
			return fmt.Errorf("looking up revocations: %w", err)
		}
		if !before.IsZero() && !began.After(before) {
			return ErrOver
		}
	}
	return nil
}

// tokenName is how a token is named in a revocation; nothing has the name of none.
func (r *Register) tokenName(id string) string {
	if id == "" {
		return ""
	}
	return token.Name(r.Store.Deployment(), id)
}
