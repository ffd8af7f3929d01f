package registry

import (
	"net/url"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// descriptorNames are the members of a descriptor that somebody reads.
var descriptorNames = []string{"mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"}

// readDescriptor reads a descriptor. Its digest may have an algorithm that is not used here: then nothing
// here has it.
func readDescriptor(v strictjson.Value) (part, error) {
	digest := member(v, "digest").Text()
	size, ok := member(v, "size").Int64()
	switch {
	case v.Kind() != strictjson.Object:
		return part{}, invalid("a descriptor is missing or not an object")
	case !isMediaType(member(v, "mediaType").Text()):
		return part{}, invalid("a descriptor has no media type")
	case !ok || size < 0:
		return part{}, invalid("a descriptor's size is not a number of bytes")
	case parseDigest(digest) != nil && !isUnsupported(parseDigest(digest)):
		return part{}, invalid("a descriptor's digest is not one")
	}
	if err := oneSpelling(v, descriptorNames); err != nil {
		return part{}, err
	}
	if _, err := readAnnotations(v); err != nil {
		return part{}, err
	}
	return part{digest: digest, size: size}, checkOptional(v)
}

func isUnsupported(err error) bool {
	r, ok := err.(*Refusal)
	return ok && r.problem == digestUnsupported
}

// checkOptional holds the rest of a descriptor to the types that its readers expect. The urls are kept
// for clients who want them; nothing here fetches one.
func checkOptional(v strictjson.Value) error {
	for _, element := range member(v, "urls").Elements() {
		u, err := url.Parse(element.Text())
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Fragment != "" {
			return invalid("a descriptor's url is not of http or https")
		}
	}
	for name, kind := range map[string]strictjson.Kind{"urls": strictjson.Array, "platform": strictjson.Object,
		"data": strictjson.String, "artifactType": strictjson.String} {
		if m := member(v, name); m.Kind() != strictjson.None && m.Kind() != strictjson.Null && m.Kind() != kind {
			return invalid("a descriptor's " + name + " is not " + kind.String())
		}
	}
	return nil
}

// readAnnotations reads a map of texts, which may be absent or null.
func readAnnotations(v strictjson.Value) (map[string]string, error) {
	annotations := member(v, "annotations")
	switch annotations.Kind() {
	case strictjson.None, strictjson.Null:
		return nil, nil
	case strictjson.Object:
	default:
		return nil, invalid("annotations are not an object")
	}
	texts := make(map[string]string, len(annotations.Members()))
	for _, m := range annotations.Members() {
		if m.Value.Kind() != strictjson.String {
			return nil, invalid("an annotation is not a text")
		}
		texts[m.Name] = m.Value.Text()
	}
	return texts, nil
}

// isMediaType follows RFC 6838 section 4.2, without parameters.
func isMediaType(text string) bool {
	kind, subtype, ok := strings.Cut(text, "/")
	return ok && isRestrictedName(kind) && isRestrictedName(subtype)
}

func isRestrictedName(name string) bool {
	if name == "" || len(name) > 127 {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if !isAlnum(c) && !('A' <= c && c <= 'Z') && (i == 0 || !strings.ContainsRune("!#$&-^_.+", rune(c))) {
			return false
		}
	}
	return true
}
