package registry

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// Config is what a Registry is made of.
type Config struct {
	Access    *access.Control
	Issuer    *issuer.Issuer
	Store     *store.Store
	Engine    *engine.Engine
	UploadKey []byte // binds an upload to who started it; every node needs the same
	Log       *slog.Logger

	Public       func(account, name string) bool // anyone may pull; nil: nobody
	Immutable    func(account, name string) bool // tags are never moved; nil: none is
	CreateOnPush bool
	Deletes      bool

	Limits Limits
	Now    func() time.Time // nil is time.Now
}

// Registry answers /v2/ and /token/. It is safe for concurrent use.
type Registry struct {
	access            *access.Control
	issuer            *issuer.Issuer
	store             *store.Store
	engine            *engine.Engine
	uploadKey         []byte
	log               *slog.Logger
	public, immutable func(account, name string) bool
	createOnPush      bool
	deletes           bool
	limits            Limits
	now               func() time.Time
	tags              locks // by repository and tag, of manifest writes
	manifests         locks // by repository: shared by who puts one, and for who deletes one alone
	uploads           locks // by upload
	open              openUploads
}

// New makes a Registry, or says what its configuration lacks.
func New(c Config) (*Registry, error) {
	switch {
	case len(c.UploadKey) < 32:
		return nil, errors.New("registry: the upload key has less than 32 bytes")
	case c.Access == nil || c.Issuer == nil || c.Store == nil || c.Engine == nil || c.Log == nil:
		return nil, errors.New("registry: a part is missing")
	}
	none := func(string, string) bool { return false }
	f := &Registry{
		access: c.Access, issuer: c.Issuer, store: c.Store, engine: c.Engine, uploadKey: c.UploadKey, log: c.Log,
		public: c.Public, immutable: c.Immutable, createOnPush: c.CreateOnPush, deletes: c.Deletes,
		limits: c.Limits.withDefaults(), now: c.Now,
	}
	if f.public == nil {
		f.public = none
	}
	if f.immutable == nil {
		f.immutable = none
	}
	if f.now == nil {
		f.now = time.Now
	}
	return f, nil
}

// requestID is the header of an answer that names its records, spelled as AWS's services do.
const requestID = "x-amzn-RequestId"

// handlers act on a request that was authorised. A kind without one is refused.
var handlers = map[Kind]func(*Registry, http.ResponseWriter, *http.Request, *visit) error{
	ManifestGet:    (*Registry).getManifest,
	BlobGet:        (*Registry).getBlob,
	BlobDelete:     (*Registry).deleteBlob,
	ManifestPut:    (*Registry).putManifest,
	ManifestDelete: (*Registry).deleteManifest,
	UploadStart:    (*Registry).startUpload,
	UploadStatus:   (*Registry).continueUpload,
	UploadAppend:   (*Registry).continueUpload,
	UploadFinish:   (*Registry).continueUpload,
	UploadCancel:   (*Registry).continueUpload,
	TagsList:       (*Registry).listTags,
	ReferrersList:  (*Registry).listReferrers,
}

// Serve answers one request. call says what its audit records hold; base is how this client is told to reach
// the service, http(s)://host[:port], and is never taken from the request alone.
func (f *Registry) Serve(w http.ResponseWriter, r *http.Request, call access.Call, base string) {
	w.Header()["X-Content-Type-Options"] = nosniff
	w.Header()[requestID] = []string{call.RequestID}
	v := visit{call: call, base: base}
	v.call.Front = "registry"
	if err := f.serve(w, r, &v); err != nil {
		f.refuse(r.Context(), w, &v, err)
	}
}

func (f *Registry) serve(w http.ResponseWriter, r *http.Request, v *visit) (err error) {
	if v.request, err = ParseRequest(r); err != nil {
		return err
	}
	v.request.Page.Size = min(v.request.Page.Size, f.limits.Page)
	v.call.Operation, v.needs = v.request.Kind.String(), v.request.Needs()
	if len(v.needs) > 0 {
		v.need = v.needs[0]
	}
	if v.request.Kind == Exchange {
		v.call.Front = "token"
		return f.exchange(w, r, v)
	}
	v.caller, err = f.authenticate(r.Context(), r.Header)
	v.call.Token = v.caller.token
	if err != nil {
		return f.limits.failed(v.call, err)
	}
	switch v.request.Kind {
	case Ping:
		return f.ping(w, r, v)
	case Catalog:
		return f.listCatalog(w, r, v)
	}
	if err := f.authorise(r.Context(), v); err != nil {
		return err
	}
	handler, ok := handlers[v.request.Kind]
	if !ok {
		return refuse(unnamed)
	}
	return handler(f, w, r, v)
}

// refuse answers with an error: recorded where it is a refusal, and logged in one line.
func (f *Registry) refuse(ctx context.Context, w http.ResponseWriter, v *visit, err error) {
	var r *Refusal
	if !errors.As(err, &r) {
		r = fault(internal, err)
	}
	if r.recorded() {
		err := f.access.Refuse(ctx, v.call, v.caller.principal, v.need.Action, v.need.Repository.Path, r.Code(), r.Message())
		if err != nil {
			r = fault(unavailable, err)
		}
	}
	level := slog.LevelInfo
	switch {
	case ctx.Err() != nil:
		level = slog.LevelDebug // the client is gone
	case r.Status() >= 500:
		level = slog.LevelError
	case r.problem == unauthenticated || !answers[r.problem].recorded:
		level = slog.LevelDebug // a step of every client's way in, or an answer
	}
	f.log.Log(ctx, level, "registry request refused", "requestId", v.call.RequestID, "operation", v.call.Operation,
		"status", r.Status(), "code", r.Code(), "reason", r.Message(), "cause", r.cause)
	if r.cut {
		panic(http.ErrAbortHandler)
	}
	r.write(w, challenge(r, v))
}

// challenge is the WWW-Authenticate of a 401: the way to the token endpoint, or at it, what it takes.
//
// Source: Docker Registry token authentication; RFC 6750 section 3.
func challenge(r *Refusal, v *visit) string {
	_, service, _ := strings.Cut(v.base, "://")
	if v.request.Kind == Exchange {
		return `Basic realm="` + service + `"`
	}
	text := `Bearer realm="` + v.base + `/token/",service="` + service + `"`
	switch {
	case v.request.Kind == Catalog:
		text += `,scope="` + catalogScope + `"`
	case v.need != Need{}:
		text += `,scope="` + needScope(v.need) + `"`
	}
	switch r.problem {
	case credentialInvalid, tokenExpired, tokenRevoked:
		text += `,error="invalid_token"`
	case scopeInsufficient:
		text += `,error="insufficient_scope"`
	}
	return text
}

// ping answers whoever has a token, be it nobody's: by it clients find out how to log in.
func (f *Registry) ping(w http.ResponseWriter, r *http.Request, v *visit) error {
	if r.Header["Authorization"] == nil {
		return refuse(unauthenticated)
	}
	if err := settled(f.access.Permit(r.Context(), v.call, v.caller.principal, "", "", "anyone with a token may ask for the version")); err != nil {
		return err
	}
	return writeJSON(w, "application/json", struct{}{})
}
