package sigv4

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/octroi/octroi/principal"
)

// claim is a request that is well-formed, for here and for now, and not yet proved.
type claim struct {
	credential
	valid        bool // whether the key id has the form of one
	signed       time.Time
	at           string // signed, in the basic layout
	signature    [sha256.Size]byte
	request      [sha256.Size]byte // hash of the canonical request
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
	var headers [usualHeaders]header
	signed, refusal := signedHeaders(headers[:0], r, a.signedHeaders)
	if refusal != nil {
		return claim{}, refusal
	}
	if refusal := covered(r, signed); refusal != nil {
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
	if query, refusal = canonicalQuery(query); refusal != nil {
		return claim{}, refusal
	}
	hash, refusal := payloadHash(r.Header, body)
	if refusal != nil {
		return claim{}, refusal
	}
	var space [2048]byte
	text := appendCanonical(space[:0], r.Method, path, query, a.signedHeaders, signed)
	text = hex.AppendEncode(text, hash[:])
	c.request = sha256.Sum256(text)
	return c, nil
}

// scope reads whom, when and where the request is signed for, and refuses another place or time.
func (v *Verifier) scope(r *http.Request, a authorization, service string) (c claim, refusal *Error) {
	if c.signed, c.at, refusal = signingTime(r.Header); refusal != nil {
		return claim{}, refusal
	}
	if c.credential, refusal = parseCredential(a.credential); refusal != nil {
		return claim{}, refusal
	}
	if refusal = c.inScope(v.Region, service, c.at); refusal != nil {
		return claim{}, refusal
	}
	c.valid = c.id.Valid()
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
	var space [2 * sha256.Size]byte
	if _, err := hex.Decode(out[:], append(space[:0], text...)); err != nil {
		return out, refuse(InvalidSignature, sentenceMismatch)
	}
	return out, nil
}

// payloadHash is the hash of what was read, whatever the request says of it; saying something else (also that
// it is unsigned, or comes in signed pieces) is refused.
func payloadHash(h http.Header, body []byte) (sum [sha256.Size]byte, refusal *Error) {
	sum = sha256.Sum256(body)
	var digits [2 * sha256.Size]byte
	hex.Encode(digits[:], sum[:])
	if said := h["X-Amz-Content-Sha256"]; said != nil && first(said) != string(digits[:]) {
		return sum, refuse(InvalidSignature, sentencePayload)
	}
	for _, encoding := range h["Content-Encoding"] {
		if strings.Contains(strings.ToLower(encoding), "aws-chunked") {
			return sum, refuse(InvalidSignature, sentencePayload)
		}
	}
	return sum, nil
}

// find asks lookup, unless the id has not the form of one. An answer without a secret, or about another key,
// is no answer.
func (c claim) find(ctx context.Context, lookup Lookup) (Key, error) {
	if !c.valid {
		return Key{}, ErrUnknownKey
	}
	key, err := lookup(ctx, c.id, c.sessionToken)
	if err != nil {
		return Key{}, err
	}
	if key.ID != c.id || key.Secret == (principal.Secret{}) {
		return Key{}, ErrUnknownKey
	}
	return key, nil
}

func (c claim) signedWith(key [sha256.Size]byte) bool {
	var space [usualText]byte
	want := signature(key, appendStringToSign(space[:0], c.credential, c.at, c.request))
	return hmac.Equal(want[:], c.signature[:])
}

func (c claim) verified() Verified {
	var digits [2 * sha256.Size]byte
	hex.Encode(digits[:], c.signature[:])
	hash := sha256.Sum256(digits[:])
	hex.Encode(digits[:], hash[:])
	return Verified{
		KeyID: c.id, Region: c.region, Service: c.service,
		Date: c.signed.Truncate(24 * time.Hour), SignedAt: c.signed,
		SignatureHash:   string(digits[:32]),
		HasSessionToken: c.sessionToken != "",
	}
}
