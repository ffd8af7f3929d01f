package sigv4

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/octroi/octroi/principal"
)

// DefaultSkew is how far the caller's clock may be off, the 15 minutes that ECR allows.
const DefaultSkew = 15 * time.Minute

// Key is what a lookup knows of an access key.
type Key struct {
	ID      principal.AccessKeyID
	Secret  principal.Secret
	Expires time.Time // when the session ends that the key belongs to; zero for a key that does not expire
}

// Lookup finds the key with that id, which must be the key of sessionToken too: a session's key has one, a
// user's key has none (empty). It answers ErrUnknownKey for a key that is unknown, disabled, or not the
// token's; any other error says that it could not find out, and Verify passes it on.
type Lookup = func(ctx context.Context, id principal.AccessKeyID, sessionToken string) (Key, error)

// Verified is what a request has proved.
type Verified struct {
	KeyID           principal.AccessKeyID
	Region, Service string
	Date            time.Time // the day of the scope
	SignedAt        time.Time
	SignatureHash   string // 32 hex digits of the signature's SHA-256: the same request again has the same
	HasSessionToken bool
}

// Verifier checks signatures. Its fields are set before the first use; the zero Verifier accepts no host and
// so no request. It is safe for concurrent use and must not be copied.
type Verifier struct {
	Region string                 // the region that a scope must name; empty for any
	Skew   time.Duration          // DefaultSkew if zero
	Now    func() time.Time       // time.Now if nil
	Hosts  func(host string) bool // whether the Host of a request means this service; nil refuses all

	keys  derivedKeys
	once  sync.Once
	decoy principal.Secret // what unknown keys are checked against
}

// Verify proves that the owner of an access key sent r with this body to this service ("ecr-public", "sts",
// "iam": the one that the request's target or version names, never the one in its scope). A refusal is an
// *Error; any other error is lookup's.
//
// lookup is asked only for requests that name a key well, for here and for now, so that nothing else can
// make it work.
func (v *Verifier) Verify(r *http.Request, body []byte, service string, lookup Lookup) (Verified, error) {
	c, refusal := v.read(r, body, service)
	if refusal != nil {
		return Verified{}, refusal
	}
	key, err := c.find(r.Context(), lookup)
	known := err == nil
	if err != nil && !errors.Is(err, ErrUnknownKey) {
		return Verified{}, fmt.Errorf("look up access key: %w", err)
	}
	// An unknown key is worked on as a known one, through the same cache under its own id, so that the
	// time of an answer does not tell which keys exist.
	id, secret := c.id, key.Secret
	if !known {
		secret = v.decoySecret()
	}
	if !c.valid {
		id = "" // may be of any length, and says itself that it is unknown
	}
	signing := v.keys.key(derivation{id, secret, c.day, c.region, c.service})
	right := c.signedWith(signing)
	switch {
	case !known:
		return Verified{}, refuse(Unrecognized, sentenceToken)
	case !right:
		return Verified{}, refuse(InvalidSignature, sentenceMismatch)
	case !key.Expires.IsZero() && !v.now().Before(key.Expires):
		return Verified{}, refuse(Expired, sentenceExpired)
	}
	return c.verified(), nil
}

// Format names the verifier and nothing that it remembers, whatever the verb: the secrets of derived keys are in it.
func (v *Verifier) Format(w fmt.State, _ rune) { io.WriteString(w, "sigv4.Verifier(***)") }

func (v *Verifier) decoySecret() principal.Secret {
	v.once.Do(func() { v.decoy = principal.NewSecret() })
	return v.decoy
}

func (v *Verifier) now() time.Time {
	if v.Now == nil {
		return time.Now()
	}
	return v.Now()
}

func (v *Verifier) skew() time.Duration {
	if v.Skew <= 0 {
		return DefaultSkew
	}
	return v.Skew
}
