package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/octroi/octroi/principal"
)

// Canonical is the canonical request of r over these names, with its path normalised: what the published
// cases state.
func Canonical(r *http.Request, names, payloadHash string) (string, error) {
	path, query, ok := target(r)
	if !ok {
		return "", errors.New(sentencePath)
	}
	canonical, refusal := canonicalQuery(query)
	if refusal != nil {
		return "", refusal
	}
	signed, refusal := signedHeaders(nil, r, names)
	if refusal != nil {
		return "", refusal
	}
	return string(appendCanonical(nil, r.Method, normalPath(path), canonical, names, signed)) + payloadHash, nil
}

// Sign signs a canonical request.
func Sign(secret, credential, at, canonical string) string {
	c, refusal := parseCredential(credential)
	if refusal != nil {
		panic(refusal)
	}
	key := derivation{c.id, principal.NewSecretFrom(secret), c.day, c.region, c.service}.derive()
	signed := signature(key, appendStringToSign(nil, c, at, sha256.Sum256([]byte(canonical))))
	return hex.EncodeToString(signed[:])
}

// Signature is the MAC of a text.
var Signature = signature

// Remembered is the number of signing keys that v keeps, and whether one of them is for id.
func (v *Verifier) Remembered(id principal.AccessKeyID) (n int, found bool) {
	for _, generation := range []map[derivation][32]byte{v.keys.young, v.keys.old} {
		n += len(generation)
		for d := range generation {
			found = found || d.id == id
		}
	}
	return n, found
}

// Generation is the size of half the cache.
const Generation = generation

// MaxAuthorization is how long the header may be.
const MaxAuthorization = maxAuthorization
