package registry

import "strings"

// Bounds of names.
//
// Source: ECR Public API Reference, CreateRepository (repositoryName) and DescribeRegistries (aliases);
// the OCI distribution specification for tags. The engine takes 255 bytes in all.
const (
	minName, maxName   = 2, 205
	minAlias, maxAlias = 2, 50
	maxPath            = 255
	maxTag             = 128
	uploadIDLength     = 36
)

// Repository names a repository as clients do: <alias>/<name>. The three are made together, by
// parseRepository, so that what was checked is what the engine is given.
type Repository struct {
	Path  string // Alias, a slash, Name
	Alias string // the account's
	Name  string // within the account, may hold slashes
}

// parseRepository reads <alias>/<name>. There is one spelling of a name: nothing is decoded, trimmed or
// folded.
func parseRepository(path string) (Repository, bool) {
	alias, name, ok := strings.Cut(path, "/")
	ok = ok && len(path) <= maxPath && validAlias(alias) && validName(name)
	if !ok {
		return Repository{}, false
	}
	return Repository{path, alias, name}, true
}

// validAlias follows [a-z][a-z0-9]+(?:[._-][a-z0-9]+)*.
func validAlias(alias string) bool {
	return len(alias) >= minAlias && len(alias) <= maxAlias && isLower(alias[0]) && isAlnum(alias[1]) && validComponent(alias)
}

// validName follows (?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*.
func validName(name string) bool {
	if len(name) < minName || len(name) > maxName {
		return false
	}
	for component := range strings.SplitSeq(name, "/") {
		if !validComponent(component) {
			return false
		}
	}
	return true
}

// validComponent follows [a-z0-9]+(?:[._-][a-z0-9]+)*.
func validComponent(component string) bool {
	separated := true // as if one stood before the first
	for i := range len(component) {
		switch c := component[i]; {
		case isAlnum(c):
			separated = false
		case !separated && (c == '.' || c == '_' || c == '-'):
			separated = true
		default:
			return false
		}
	}
	return !separated
}

// validTag follows [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
func validTag(tag string) bool {
	if tag == "" || len(tag) > maxTag || tag[0] == '.' || tag[0] == '-' {
		return false
	}
	for i := range len(tag) {
		c := tag[i]
		if !isAlnum(c) && !('A' <= c && c <= 'Z') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// validUploadID takes the UUIDs that the engine makes.
func validUploadID(id string) bool {
	if len(id) != uploadIDLength {
		return false
	}
	for i := range len(id) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (id[i] == '-') || !dash && !isHex(id[i]) {
			return false
		}
	}
	return true
}

// parseDigest checks a digest that names something here: sha256 and lower-case hex, nothing else.
func parseDigest(digest string) error {
	switch algorithm, hex, _ := strings.Cut(digest, ":"); {
	case algorithm == "sha256" && len(hex) == 64 && allHex(hex):
		return nil
	case algorithm == "sha512" && len(hex) == 128 && allHex(hex):
		return refuse(digestUnsupported)
	}
	return refuse(digestInvalid)
}

func allHex(text string) bool {
	for i := range len(text) {
		if !isHex(text[i]) {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isAlnum(c byte) bool { return isLower(c) || '0' <= c && c <= '9' }
func isHex(c byte) bool   { return 'a' <= c && c <= 'f' || '0' <= c && c <= '9' }
