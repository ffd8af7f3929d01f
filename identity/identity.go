package identity

import (
	"context"
	"errors"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/webidentity"
)

// Identity acts for STS and IAM.
type Identity struct {
	Access   *access.Control
	Store    *store.Store
	Sessions *session.Register
	Tokens   *webidentity.Verifier

	Audience       string   // for whom tokens are made whose provider has no client ids: this deployment's URL
	PrivateIssuers []string // hosts of identity providers that may be registered though they are not on the Internet
}

// may asks the policies for an action of IAM.
func (i *Identity) may(ctx context.Context, call access.Call, p principal.Principal, operation, resource string) error {
	d, err := i.Access.Check(ctx, call, p, "iam:"+operation, resource)
	if err != nil {
		return err
	}
	return d.Err()
}

// user finds the user that an operation is about, the caller itself when none is named, and asks whether the caller
// may. The question comes before the answer that there is no such user.
func (i *Identity) user(ctx context.Context, call access.Call, p principal.Principal, operation string, name *string) (store.User, error) {
	if name == nil {
		return i.self(ctx, call, p, operation)
	}
	u, err := i.Store.UserByName(ctx, p.Account, *name)
	missing := errors.Is(err, store.ErrNotFound)
	if missing {
		u = store.User{Account: p.Account, Name: *name, Path: "/"}
	} else if err != nil {
		return store.User{}, err
	}
	about, err := i.aboutUser(ctx, u)
	if err != nil {
		return store.User{}, err
	}
	if err := i.mayWith(ctx, call, p, operation, about); err != nil {
		return store.User{}, err
	}
	if missing {
		return store.User{}, gone(store.OfUser, *name)
	}
	return u, nil
}

// aboutUser is what conditions may ask of a user. Tags that cannot be read are an error: a Deny may hang on one.
func (i *Identity) aboutUser(ctx context.Context, u store.User) (t thing, err error) {
	t = thing{arn: u.Principal().ARN(), boundary: u.Boundary}
	if u.ID != "" {
		t.tags, err = i.Store.Tags(ctx, u.Owner().Tagged())
	}
	return t, err
}

// self is the user that calls. Who calls for a session of a role is no user, and has to name one.
func (i *Identity) self(ctx context.Context, call access.Call, p principal.Principal, operation string) (store.User, error) {
	if p.Kind != principal.User {
		return store.User{}, invalid("Must specify userName when calling with non-User credentials")
	}
	if err := i.may(ctx, call, p, operation, p.ARN()); err != nil {
		return store.User{}, err
	}
	who, err := i.Store.Identity(ctx, p.Account, p.ID)
	if errors.Is(err, store.ErrNotFound) {
		return store.User{}, noSuch("The user that calls cannot be found.")
	}
	return who.User, err
}
