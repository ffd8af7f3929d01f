package issuer

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// Lifetimes.
const (
	// Lifetime is how long a login token lives, as ECR Public's.
	Lifetime = 12 * time.Hour
	// BearerLifetime bounds a registry bearer: short, since it is fetched again without a person.
	BearerLifetime = 15 * time.Minute
)

// What a token in hand can be that is not valid. Any other error means that nobody could tell.
var (
	// ErrForged is a text that this service never sealed, or sealed for another purpose.
	ErrForged = errors.New("the token is not valid here")
	// ErrExpired is an authentic token whose time is over.
	ErrExpired = errors.New("the token has expired")
	// ErrRevoked is an authentic token whose user, access key or own id is no longer accepted.
	ErrRevoked = errors.New("the token has been revoked")
)

// Issuer seals and opens tokens. It is safe for concurrent use.
type Issuer struct {
	store  *store.Store
	access *access.Control
	now    func() time.Time
	loaded atomic.Pointer[loadedRing]
	names  token.Namer

	loading sync.Mutex // held by the one who reads the ring again

	sessions *session.Register
	clock    clock
}

// Config is what an Issuer needs.
type Config struct {
	Store  *store.Store
	Access *access.Control
	Now    func() time.Time
}

// New makes an Issuer, and the first token key where there is none.
func New(ctx context.Context, c Config) (*Issuer, error) {
	i := &Issuer{store: c.Store, access: c.Access, now: c.Now, clock: clock{now: c.Now}, names: token.NewNamer(c.Store.Deployment())}
	i.sessions = &session.Register{Store: c.Store, Ring: i.Ring, Now: c.Now, MayIssue: i.clock.right}
	if err := i.Maintain(ctx); err != nil {
		return nil, err
	}
	_, err := i.Ring(ctx)
	return i, err
}

// Sessions begins and opens sessions with the same ring of keys.
func (i *Issuer) Sessions() *session.Register { return i.sessions }
