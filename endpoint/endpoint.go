package endpoint

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/shape"
	"github.com/octroi/octroi/sigv4"
	"github.com/octroi/octroi/store"
)

// Endpoint answers POST /. It is safe for concurrent use.
type Endpoint struct {
	store      *store.Store
	sessions   *session.Register
	identity   *identity.Identity
	access     *access.Control
	verifier   *sigv4.Verifier
	log        *slog.Logger
	operations map[target]operation
	limits     Limits
	unsigned   map[target]bool
	spaces     sync.Pool // of *[]byte: room for answers, cleared
}

// Config is what an Endpoint needs.
type Config struct {
	Store    *store.Store
	Access   *access.Control
	Sessions *session.Register
	Verifier *sigv4.Verifier
	Issuer   *issuer.Issuer
	Identity *identity.Identity
	Log      *slog.Logger
	Limits   Limits
}

// New makes an Endpoint of the closed table of operations.
func New(c Config) *Endpoint {
	e := &Endpoint{store: c.Store, sessions: c.Sessions, identity: c.Identity, access: c.Access, verifier: c.Verifier, log: c.Log, limits: c.Limits.withDefaults(), operations: map[target]operation{}, unsigned: map[target]bool{}}
	for _, op := range table(c.Issuer, c.Identity) {
		e.operations[target{families[op.service], op.name}] = op
	}
	for _, op := range unsigned(c.Identity) {
		t := target{families[op.service], op.name}
		e.operations[t], e.unsigned[t] = op, true
	}
	return e
}

// Serve answers one request; call says what its audit records hold, and carries the request's id.
func (e *Endpoint) Serve(w http.ResponseWriter, r *http.Request, call access.Call) {
	n, err := e.name(r)
	call.Front, call.Operation = "aws", n.operation.name
	if call.Operation == "" {
		call.Operation = r.Header.Get("X-Amz-Target")
	}
	if err != nil {
		e.refuse(w, r, n, call, principal.Principal{}, err)
		return
	}
	p, call, err := e.authenticate(r, n, call)
	if err != nil {
		e.refuse(w, r, n, call, principal.Principal{}, e.limits.failed(call, err))
		return
	}
	if err := e.limits.spend(call, p); err != nil {
		e.refuse(w, r, n, call, p, err)
		return
	}
	if err := n.operation.open(p); err != nil {
		e.refuse(w, r, n, call, p, err)
		return
	}
	recorded := false
	call.Recorded = &recorded
	output, err := n.operation.act(r.Context(), call, p, n.input)
	if err != nil && !recorded {
		e.refuse(w, r, n, call, p, err) // before any decision: what it asked for is no question, or could not be read
		return
	}
	if err != nil {
		if n.protocol == shape.Query { // STS and IAM
			err = e.identity.Encoded(r.Context(), call, p, err)
		}
		e.fail(w, n, call, p, err)
		return
	}
	e.answer(w, n, call.RequestID, output)
}

// authenticate turns the signature into a principal: the one place where a request of this front becomes somebody.
func (e *Endpoint) authenticate(r *http.Request, n named, call access.Call) (principal.Principal, access.Call, error) {
	if n.unsigned && !signed(r) {
		return principal.Principal{}, call, nil
	}
	var p principal.Principal
	lookup := func(ctx context.Context, id principal.AccessKeyID, sessionToken string) (key sigv4.Key, err error) {
		key, p, err = e.lookup(ctx, id, sessionToken)
		return key, err
	}
	proof, err := e.verifier.Verify(r, n.body, n.operation.service, lookup)
	if err != nil {
		e.delay(r.Context(), p)
		call.AccessKey = sigv4.ClaimedKeyID(r)
		return principal.Principal{}, call, err
	}
	call.AccessKey = proof.KeyID
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		return principal.Principal{}, call, errQuery
	}
	call.Signature, call.Region = proof.SignatureHash, proof.Region
	if id := used(p); id != "" {
		e.store.Used(id, n.operation.service, proof.Region)
	}
	return p, call, nil
}

// signed reports whether a request brings anything of a signature. To an operation that needs none it may: then it is
// verified as everywhere, so that nobody is told a wrong signature was right.
func signed(r *http.Request) bool {
	return r.Header["Authorization"] != nil || r.Header["X-Amz-Security-Token"] != nil || r.URL.RawQuery != "" || r.URL.ForceQuery
}

// lookup finds a user's key, or that of a session: a session's has a session token, a user's has none. That a session
// is over is for the verifier to tell, once the signature is right.
func (e *Endpoint) lookup(ctx context.Context, id principal.AccessKeyID, sessionToken string) (sigv4.Key, principal.Principal, error) {
	if sessionToken == "" {
		caller, err := e.store.Caller(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			err = sigv4.ErrUnknownKey
		}
		return sigv4.Key{ID: id, Secret: caller.Secret}, caller.Principal, err
	}
	s, err := e.sessions.Open(ctx, id, sessionToken)
	switch {
	case errors.Is(err, session.ErrUnknown):
		return sigv4.Key{}, principal.Principal{}, sigv4.ErrUnknownKey
	case errors.Is(err, session.ErrOver):
		return sigv4.Key{ID: id, Secret: s.Secret, Expires: time.Unix(1, 0)}, principal.Principal{}, nil
	}
	return sigv4.Key{ID: id, Secret: s.Secret}, s.Principal, err
}

// delay looks a key up that nobody has, when the caller's was found. A known key is found in memory and an unknown one
// is looked for in the database: the time of a refusal would tell which keys exist.
func (e *Endpoint) delay(ctx context.Context, found principal.Principal) {
	const nobodys = principal.PrefixAccessKey + "AAAAAAAAAAAAAAAA"
	if found.ID != "" {
		_, _ = e.store.Caller(ctx, nobodys) // the answer is a refusal, whatever the database says
	}
}
