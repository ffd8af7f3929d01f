package registry

import "github.com/octroi/octroi/internal/strictjson"

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
