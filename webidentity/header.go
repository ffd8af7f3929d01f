package webidentity

import (
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// header is what is used of a token's header.
type header struct {
	algorithm string
	key       string // kid; empty when the token names none
}

// algorithms are those that a signature may have. "none" is not among them, and nothing that has a shared secret for a
// key: the provider's public key is no secret.
//
// Source: RFC 7518 section 3.1; RFC 8725 section 3.1.
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}

// refusedHeaders change what a token is, or say with which key to check it. A reader who ignores them has read another
// token than its maker wrote; one who obeys lets the token vouch for itself.
//
// Source: RFC 7515 section 4.1; RFC 7516 section 4.1; RFC 7797.
var refusedHeaders = []string{"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "cty", "epk", "p2c", "p2s"}

const maxKeyID = 256

var headerLimits = strictjson.Limits{Depth: 4, Members: 64, String: maxToken}

func parseHeader(part string) (header, error) {
	v, err := decodeObject(part, "header", headerLimits)
	if err != nil {
		return header{}, err
	}
	for _, m := range v.Members() {
		if slices.Contains(refusedHeaders, m.Name) {
			return header{}, invalid("the token's header has the member %q, which is not taken: keys come from the identity provider's key set only", m.Name)
		}
	}
	h := header{}
	algorithm, _ := v.Member("alg")
	if h.algorithm = algorithm.Text(); !slices.Contains(algorithms, h.algorithm) {
		return header{}, invalid("the token's algorithm is not taken: it is one of %s", strings.Join(algorithms, ", "))
	}
	if err := checkType(v); err != nil {
		return header{}, err
	}
	h.key, err = keyID(v)
	return h, err
}

// checkType: a token that says that it is something else (an access token, a logout token) was made for another
// purpose, whoever signed it.
//
// Source: RFC 8725 section 3.11; RFC 7519 section 5.1.
func checkType(v strictjson.Value) error {
	typ, ok := v.Member("typ")
	if !ok {
		return nil
	}
	if text := strings.ToLower(typ.Text()); text != "jwt" && text != "application/jwt" {
		return invalid("the token's type (typ) is not JWT: send an ID token")
	}
	return nil
}

// keyID is only ever compared with those of the provider's keys: it names no file, row or address.
func keyID(v strictjson.Value) (string, error) {
	kid, ok := v.Member("kid")
	if !ok {
		return "", nil
	}
	if text := kid.Text(); text != "" && len(text) <= maxKeyID && visible(text) {
		return text, nil
	}
	return "", invalid("the token's key id (kid) is not a text of 1 to %d visible characters", maxKeyID)
}

// visible: ASCII from the space to the tilde.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
