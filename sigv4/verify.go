package sigv4

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
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
	key, err := find(r.Context(), c.id, c.sessionToken, lookup)
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
	if !id.Valid() {
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

// claim is a request that is well-formed, for here and for now, and not yet proved.
type claim struct {
	credential
	signed       time.Time
	signature    [sha256.Size]byte
	stringToSign []byte
	sessionToken string
}

// read takes every step that needs no key.
func (v *Verifier) read(r *http.Request, body []byte, service string) (claim, *Error) {
	path, query, ok := target(r)
	if refusal := noQueryCredentials(r.Header, query); refusal != nil {
		return claim{}, refusal
	}
	a, refusal := readAuthorization(r)
	if refusal != nil {
		return claim{}, refusal
	}
	if refusal := a.complete(r.Header); refusal != nil {
		return claim{}, refusal
	}
	names, refusal := signedNames(r, a.signedHeaders)
	if refusal != nil {
		return claim{}, refusal
	}
	if refusal := covered(r, names); refusal != nil {
		return claim{}, refusal
	}
	c, refusal := v.scope(r, a, service)
	if refusal != nil {
		return claim{}, refusal
	}
	// A path with a second spelling is not normalised but refused: what routes the request reads it as it is.
	if !ok || path != normalPath(path) {
		return claim{}, refuse(InvalidSignature, sentencePath)
	}
	canonical, refusal := canonicalQuery(query)
	if refusal != nil {
		return claim{}, refusal
	}
	hash, refusal := payloadHash(r.Header, body)
	if refusal != nil {
		return claim{}, refusal
	}
	var space [2048]byte
	text := appendCanonical(space[:0], r, path, canonical, names, hash)
	c.stringToSign = appendStringToSign(make([]byte, 0, 256), c.credential, c.signed, text)
	return c, nil
}

// scope reads whom, when and where the request is signed for, and refuses another place or time.
func (v *Verifier) scope(r *http.Request, a authorization, service string) (c claim, refusal *Error) {
	if c.signed, refusal = signingTime(r.Header); refusal != nil {
		return claim{}, refusal
	}
	if c.credential, refusal = parseCredential(a.credential); refusal != nil {
		return claim{}, refusal
	}
	if refusal = c.inScope(v.Region, service, c.signed); refusal != nil {
		return claim{}, refusal
	}
	if v.Hosts == nil || !v.Hosts(r.Host) {
		return claim{}, refuse(InvalidSignature, sentenceHost)
	}
	if refusal = current(c.signed, v.now(), v.skew()); refusal != nil {
		return claim{}, refusal
	}
	if c.signature, refusal = parseSignature(a.signature); refusal != nil {
		return claim{}, refusal
	}
	c.sessionToken = first(r.Header["X-Amz-Security-Token"])
	if c.sessionToken == "" && r.Header["X-Amz-Security-Token"] != nil {
		return claim{}, refuse(Unrecognized, sentenceToken)
	}
	return c, nil
}

// parseSignature reads 64 hex digits in lower case. A second spelling of a signature would have a second hash
// in the record.
func parseSignature(text string) (out [sha256.Size]byte, refusal *Error) {
	if len(text) != hex.EncodedLen(len(out)) || text != strings.ToLower(text) {
		return out, refuse(InvalidSignature, sentenceMismatch)
	}
	if _, err := hex.Decode(out[:], []byte(text)); err != nil {
		return out, refuse(InvalidSignature, sentenceMismatch)
	}
	return out, nil
}

// payloadHash is the hash of what was read, whatever the request says of it; saying something else (also that
// it is unsigned, or comes in signed pieces) is refused.
func payloadHash(h http.Header, body []byte) (string, *Error) {
	sum := sha256.Sum256(body)
	text := hex.EncodeToString(sum[:])
	if said := h["X-Amz-Content-Sha256"]; said != nil && first(said) != text {
		return "", refuse(InvalidSignature, sentencePayload)
	}
	for _, encoding := range h["Content-Encoding"] {
		if strings.Contains(strings.ToLower(encoding), "aws-chunked") {
			return "", refuse(InvalidSignature, sentencePayload)
		}
	}
	return text, nil
}

// find asks lookup, unless the id has not the form of one. An answer without a secret, or about another key,
// is no answer.
func find(ctx context.Context, id principal.AccessKeyID, token string, lookup Lookup) (Key, error) {
	if !id.Valid() {
		return Key{}, ErrUnknownKey
	}
	key, err := lookup(ctx, id, token)
	if err != nil {
		return Key{}, err
	}
	if key.ID != id || key.Secret == (principal.Secret{}) {
		return Key{}, ErrUnknownKey
	}
	return key, nil
}

func (c claim) signedWith(key [sha256.Size]byte) bool {
	want := sum(key[:], string(c.stringToSign))
	return hmac.Equal(want[:], c.signature[:])
}

func (c claim) verified() Verified {
	hash := sha256.Sum256([]byte(hex.EncodeToString(c.signature[:])))
	return Verified{
		KeyID: c.id, Region: c.region, Service: c.service,
		Date: c.signed.Truncate(24 * time.Hour), SignedAt: c.signed,
		SignatureHash:   hex.EncodeToString(hash[:16]),
		HasSessionToken: c.sessionToken != "",
	}
}

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
