package webidentity

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// Provider is an identity provider as it is registered.
type Provider struct {
	Issuer    string   // what iss must be, to the letter: https://...
	Audiences []string // for whom its tokens must be made
	Reach     Reach
	Keys      string // a key set in place of the provider's own, which is not asked then
	CA        string // PEM, what its certificate is verified with in place of the system's authorities
}

// Identity is whom a provider vouches for.
type Identity struct {
	Issuer   string
	Subject  string
	Client   string    // for whom the token was made
	Audience []string  // aud as it stands there
	ID       string    // names this token among the provider's: its jti, or a hash of what was signed
	Expires  time.Time // when it is refused
	Session  Session
	Claims   map[string][]string // everything that is a text, a number or a list of texts, by the claims' names
}

// Config is what a Verifier needs.
type Config struct {
	Now      func() time.Time
	Log      *slog.Logger
	Proxy    *url.URL      // through which providers are asked; nil is none, whatever the environment says
	Resolver *net.Resolver // nil is the system's
}

// Verifier checks tokens. It keeps the keys of the providers that it was asked about.
type Verifier struct {
	config Config
	mu     sync.Mutex
	sets   map[setID]*keySet
}

// setID is all that decides which keys are a provider's: when something of it is changed, what was known is forgotten.
// A key's own id is only looked up in here.
type setID struct {
	issuer   string
	reach    Reach
	keys, ca string
}

// maxSets bounds the providers whose keys are kept. They are as many as administrators register.
const maxSets = 1024

// New makes a Verifier.
func New(c Config) *Verifier {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Verifier{config: c, sets: map[setID]*keySet{}}
}

// Verify checks a token against the provider of its issuer. Every refusal is an *Error.
func (v *Verifier) Verify(ctx context.Context, p Provider, t *Token) (Identity, error) {
	if err := t.claims.check(p, v.config.Now()); err != nil {
		return Identity{}, err
	}
	set, err := v.set(p)
	if err != nil {
		return Identity{}, unreachable(err)
	}
	signed := &signature{token: t, keys: set}
	verifier := oidc.NewVerifier(p.Issuer, signed, &oidc.Config{
		SupportedSigningAlgs: algorithms, SkipClientIDCheck: true, SkipExpiryCheck: true, // both were checked, more strictly
	})
	if _, err := verifier.Verify(ctx, t.raw); err != nil {
		if signed.err != nil { // go-oidc keeps its words only
			return Identity{}, signed.err
		}
		return Identity{}, invalid("the token is not taken: %s", err)
	}
	c := t.claims
	return Identity{Issuer: c.issuer, Subject: c.subject, Client: c.client(), ID: t.name(), Audience: c.audience, Expires: c.expires.Add(leeway), Session: c.session,
		Claims: c.texts}, nil
}

// set finds the keys of a provider.
func (v *Verifier) set(p Provider) (*keySet, error) {
	id := setID{p.Issuer, p.Reach, p.Keys, p.CA}
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.sets[id]; s != nil {
		return s, nil
	}
	s, err := v.newSet(p)
	if err != nil {
		return nil, err
	}
	if len(v.sets) >= maxSets {
		clear(v.sets)
	}
	v.sets[id] = s
	return s, nil
}

func (v *Verifier) newSet(p Provider) (*keySet, error) {
	issuer, err := ParseIssuer(p.Issuer)
	if err != nil {
		return nil, err
	}
	s := &keySet{now: v.config.Now, log: v.config.Log, name: issuer.Name}
	if p.Keys != "" {
		found, err := parseKeys([]byte(p.Keys))
		s.ask = func(context.Context) (keys, error) { return found, err }
		return s, nil
	}
	f, err := newFetcher(p, issuer, v.config)
	if err != nil {
		return nil, err
	}
	s.ask = f.keys
	return s, nil
}

// signature is the key set of one verification, and what it had to say.
type signature struct {
	token *Token
	keys  *keySet
	err   error
}

// VerifySignature implements oidc.KeySet.
func (s *signature) VerifySignature(ctx context.Context, raw string) (payload []byte, err error) {
	payload, s.err = s.verify(ctx, raw)
	return payload, s.err
}

func (s *signature) verify(ctx context.Context, raw string) ([]byte, error) {
	h := s.token.header
	k, err := s.keys.find(ctx, h.key)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(k.algorithms, h.algorithm) {
		return nil, invalid("the token's algorithm is not the one of its key")
	}
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(h.algorithm)})
	if err != nil {
		return nil, noToken("it is not signed as it says")
	}
	payload, err := signed.Verify(k.public)
	if err != nil {
		return nil, invalid("the token's signature is not that of its identity provider")
	}
	return payload, nil
}
