package registry

import (
	"maps"
	"net/http"
	"slices"

	"github.com/octroi/octroi/internal/strictjson"
)

// Part is a part of a manifest.
type Part struct {
	Digest string
	Size   int64
}

// ParseManifest is parseManifest.
func ParseManifest(contentType string, body []byte) (digest, subject string, parts []Part, err error) {
	m, err := parseManifest(contentType, body, strictjson.Limits{})
	for _, p := range m.parts {
		parts = append(parts, Part{p.digest, p.size})
	}
	return m.Digest, m.Subject, parts, err
}

// CanonicalScope is the canonical text of scope parameters.
func CanonicalScope(values ...string) (string, error) {
	s, err := parseScopes(values)
	return s.String(), err
}

// Covers is covers, by the path of a repository and the name of a verb.
func Covers(scope, path, name string) bool {
	repository, ok := parseRepository(path)
	return ok && covers(scope, repository, parseVerbs(name))
}

// ReadCredential is what an Authorization header shows.
func ReadCredential(line string) (password, bearer string, err error) {
	c, err := readCredential(http.Header{"Authorization": {line}})
	return c.password, c.bearer, err
}

// CheckContentRange is checkContentRange, of one line.
func CheckContentRange(line string, length int64) error {
	return checkContentRange([]string{line}, length)
}

// Kinds are all that there are.
func Kinds() []Kind { return slices.Collect(maps.Keys(kindNames)) }
