package sigv4

import "net/http"

// Canonical is the canonical request of r over these names, with its path normalised: what the published
// cases state.
func Canonical(r *http.Request, signedHeaders, payloadHash string) (string, error) {
	path, query, _ := target(r)
	canonical, refusal := canonicalQuery(query)
	if refusal != nil {
		return "", refusal
	}
	names, refusal := signedNames(r, signedHeaders)
	if refusal != nil {
		return "", refusal
	}
	return string(appendCanonical(nil, r, normalPath(path), canonical, names, payloadHash)), nil
}
