package session

import (
	"context"
	"errors"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/token"
)

// Opened is what credentials of a session prove at this moment, once their signature is right.
type Opened struct {
	Secret    principal.Secret
	Principal principal.Principal
}

// Open finds the session of an access key id and a session token. Errors: ErrUnknown with nothing; ErrOver with the
// secret, so that only a signature made with it is told that the session is over.
func (r *Register) Open(ctx context.Context, id principal.AccessKeyID, text string) (Opened, error) {
	ring, err := r.Ring(ctx)
	if err != nil {
		return Opened{}, err
	}
	c, secret, err := ring.OpenSession(text, r.Now())
	if err != nil && !errors.Is(err, token.ErrExpired) || c.AccessKey != id {
		return Opened{}, ErrUnknown
	}
	if err != nil {
		return Opened{Secret: secret}, ErrOver
	}
	p, err := r.Standing(ctx, c)
	if errors.Is(err, ErrOver) {
		return Opened{Secret: secret}, err
	}
	if err != nil {
		return Opened{}, err
	}
	return Opened{secret, p}, nil
}
