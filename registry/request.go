package registry

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Request is what a client asks, in words. Only members that its Kind has are set.
type Request struct {
	Kind         Kind
	Repository   Repository
	Tag          string // one of Tag and Digest, for a manifest
	Digest       string // sha256:...
	Upload       Upload
	Mount        Mount
	Page         Page
	ArtifactType string // filter of ReferrersList, empty for none
	HasBody      bool   // of UploadFinish
}

// Upload is an upload that a client goes on with, as the Location it was given names it.
type Upload struct {
	ID    string
	State string // the engine's, signed by it
	Owner string // ours: who started it
}

// Mount asks to take a blob from another repository instead of uploading it.
type Mount struct {
	Digest string
	From   Repository
}

// Page is a part of a list.
type Page struct {
	Size int    // entries at most, 0 to maxPage
	Last string // the entry before the first, empty for the start
}

// route is what the path alone says.
type route int

const (
	noRoute route = iota
	pingRoute
	exchangeRoute
	catalogRoute
	tagsRoute
	referrersRoute
	manifestRoute
	blobRoute
	startRoute
	uploadRoute
)

// routes is the whole map of methods and paths. What is not in it is refused; there is no default.
var routes = map[route]map[string]Kind{
	pingRoute:      {http.MethodGet: Ping, http.MethodHead: Ping},
	exchangeRoute:  {http.MethodGet: Exchange, http.MethodPost: Exchange},
	catalogRoute:   {http.MethodGet: Catalog},
	tagsRoute:      {http.MethodGet: TagsList},
	referrersRoute: {http.MethodGet: ReferrersList},
	manifestRoute: {http.MethodGet: ManifestGet, http.MethodHead: ManifestGet,
		http.MethodPut: ManifestPut, http.MethodDelete: ManifestDelete},
	blobRoute:  {http.MethodGet: BlobGet, http.MethodHead: BlobGet, http.MethodDelete: BlobDelete},
	startRoute: {http.MethodPost: UploadStart},
	uploadRoute: {http.MethodGet: UploadStatus, http.MethodPatch: UploadAppend,
		http.MethodPut: UploadFinish, http.MethodDelete: UploadCancel},
}

// ParseRequest names r, or refuses it with a *Refusal. It reads the path as it was sent: a name has one
// spelling, and an escape is not part of it. It reads no body and no credential.
//
// Source: OCI distribution specification 1.1.1, "Endpoints"; Docker Registry token specification.
func ParseRequest(r *http.Request) (Request, error) {
	route, name, last := splitPath(r.URL.EscapedPath())
	if route == noRoute {
		return Request{}, refuse(unnamed)
	}
	var q Request
	if route >= tagsRoute {
		var ok bool
		if q.Repository, ok = parseRepository(name); !ok {
			return Request{}, refuse(nameInvalid)
		}
	}
	kind, ok := routes[route][r.Method]
	if !ok {
		return Request{}, &Refusal{problem: methodNotAllowed, allow: strings.Join(slices.Sorted(maps.Keys(routes[route])), ", ")}
	}
	q.Kind = kind
	if err := q.parseReference(route, last); err != nil {
		return Request{}, err
	}
	if err := q.parseQuery(r); err != nil {
		return Request{}, err
	}
	return q, nil
}

// splitPath reads a path from its end, where the words stand that are not part of a name: a repository
// may be called x/manifests/y.
func splitPath(path string) (route route, name, last string) {
	switch path {
	case "/v2", "/v2/":
		return pingRoute, "", ""
	case "/token", "/token/":
		return exchangeRoute, "", ""
	case "/v2/_catalog":
		return catalogRoute, "", ""
	}
	rest, ok := strings.CutPrefix(path, "/v2/")
	if !ok {
		return noRoute, "", ""
	}
	rest, last = cutLast(rest)
	rest, word := cutLast(rest)
	switch word {
	case "manifests":
		return manifestRoute, rest, last
	case "blobs":
		return blobRoute, rest, last
	case "referrers":
		return referrersRoute, rest, last
	case "tags":
		if last == "list" {
			return tagsRoute, rest, last
		}
	case "uploads":
		if rest, word = cutLast(rest); word == "blobs" && last == "" {
			return startRoute, rest, last
		} else if word == "blobs" {
			return uploadRoute, rest, last
		}
	}
	return noRoute, "", ""
}

// cutLast cuts path at its last slash. Without one there is no before.
func cutLast(path string) (before, last string) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// parseReference reads what stands after the word of the route.
func (q *Request) parseReference(route route, last string) error {
	switch route {
	case manifestRoute:
		if !strings.Contains(last, ":") {
			return q.parseTag(last)
		}
		fallthrough
	case blobRoute, referrersRoute:
		q.Digest = last
		return parseDigest(last)
	case uploadRoute:
		if !validUploadID(last) {
			return refuse(uploadUnknown)
		}
		q.Upload.ID = last
	}
	return nil
}

// parseTag refuses a tag that cannot be. To a reader it is one that is not there, as any other.
func (q *Request) parseTag(tag string) error {
	switch {
	case validTag(tag):
		q.Tag = tag
		return nil
	case q.Kind == ManifestPut:
		return refuse(tagMalformed)
	}
	return refuse(manifestUnknown)
}
