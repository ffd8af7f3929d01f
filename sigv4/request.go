package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// queryParameters are the parameters of query-string authentication, in the order in which AWS names them.
var queryParameters = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}

// target is the path and the query of the request as they were on the wire. Decoding first and encoding
// again is how two spellings become one signature.
func target(r *http.Request) (path, query string, ok bool) {
	uri := r.RequestURI
	if uri == "" { // a request that no server read
		return r.URL.EscapedPath(), r.URL.RawQuery, strings.HasPrefix(r.URL.EscapedPath(), "/")
	}
	if _, rest, absolute := strings.Cut(uri, "://"); absolute && uri[0] != '/' {
		slash := strings.IndexByte(rest, '/')
		if slash < 0 {
			return "", "", false
		}
		uri = rest[slash:]
	}
	path, query, _ = strings.Cut(uri, "?")
	return path, query, strings.HasPrefix(path, "/")
}

// noQueryCredentials refuses a request that carries any part of a credential in its query, also beside a good
// header: what is read from the one must never be proved by the other. Names are compared decoded and
// without case, as the most lenient reader behind us might.
func noQueryCredentials(h http.Header, query string) *Error {
	if query == "" {
		return nil
	}
	found := make(map[string]bool)
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		name, err := url.PathUnescape(name)
		if err != nil {
			return refuse(Incomplete, sentenceEncoding)
		}
		if hasAmzPrefix(name) {
			found[http.CanonicalHeaderKey(strings.ToLower(name))] = true
		}
	}
	switch {
	case len(found) == 0:
		return nil
	case h["Authorization"] != nil:
		return refuse(InvalidSignature, sentenceBoth)
	}
	var missing strings.Builder
	for _, name := range queryParameters {
		if !found[http.CanonicalHeaderKey(name)] {
			missing.WriteString("AWS query-string parameters must include '" + name + "'. ")
		}
	}
	if missing.Len() == 0 {
		return refuse(Incomplete, sentenceQuery)
	}
	return refuse(Incomplete, missing.String()+"Re-examine the query-string parameters.")
}

// header is one that the signature covers, under its lower-case name.
type header struct {
	name, value string
	more        []string // its other values
}

// usualHeaders is how many headers are signed at most, of the requests that should cost little.
const usualHeaders = 16

// signedHeaders finds the headers that are named, and refuses any spelling of the list but the one that
// signers write, and names that the request does not have. It appends them to headers.
func signedHeaders(headers []header, r *http.Request, text string) ([]header, *Error) {
	last := ""
	for more := true; more; {
		var name string
		name, text, more = strings.Cut(text, ";")
		if name <= last || name != strings.ToLower(name) || name == "authorization" {
			return nil, refuse(Incomplete, sentenceNames)
		}
		h, ok := signedHeader(r, name)
		if !ok {
			return nil, refuse(Incomplete, quoted(name)+" is named as a SignedHeader, but it does not exist in the HTTP request.")
		}
		headers = append(headers, h)
		last = name
	}
	return headers, nil
}

// signedHeader is the header with that lower-case name. The server keeps Host out of the header map, and a request
// that no server read has no Content-Length in it.
func signedHeader(r *http.Request, name string) (h header, ok bool) {
	values := headerValues(r.Header, name)
	switch {
	case name == "host" && r.Host != "":
		return header{name, r.Host, nil}, true
	case name == "content-length" && values == nil && r.ContentLength >= 0:
		return header{name, strconv.FormatInt(r.ContentLength, 10), nil}, true
	case len(values) == 0:
		return header{}, false
	}
	return header{name, values[0], values[1:]}, true
}

// headerValues are the values under the canonical spelling of a lower-case name. http.CanonicalHeaderKey makes a string
// of every name that it has no copy of, and it has none of AWS's.
func headerValues(h http.Header, name string) []string {
	var space [32]byte
	key := append(space[:0], name...)
	for i, c := range key {
		if 'a' <= c && c <= 'z' && (i == 0 || key[i-1] == '-') {
			key[i] = c - 'a' + 'A'
		}
	}
	return h[string(key)]
}

// covered refuses a request with a header that decides its meaning and is not signed, or is there twice: it
// could have been added, or be read differently, between the signer and here.
func covered(r *http.Request, signed []header) *Error {
	if !signs(signed, "Host") {
		return unsigned("Host")
	}
	worst := "" // the first in the alphabet, so that one request has one answer
	for key, values := range r.Header {
		date := key == "Date" && r.Header["X-Amz-Date"] == nil
		if !date && key != "Content-Type" && !hasAmzPrefix(key) {
			continue
		}
		if len(values) > 1 {
			return refuse(Incomplete, "Found more than one "+quoted(key)+" HTTP header.")
		}
		if !signs(signed, key) && (worst == "" || key < worst) {
			worst = key
		}
	}
	if worst != "" {
		return unsigned(worst)
	}
	return nil
}

func unsigned(key string) *Error {
	return refuse(InvalidSignature, quoted(key)+" must be a 'SignedHeader' in the AWS Authorization.")
}

func signs(signed []header, key string) bool {
	_, found := slices.BinarySearchFunc(signed, key, func(h header, key string) int { return compareLower(h.name, key) })
	return found
}

// compareLower compares name with key in lower case. It makes no string for it: this runs for every header of
// every request.
func compareLower(name, key string) int {
	for i := range min(len(name), len(key)) {
		c := key[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if name[i] != c {
			return int(name[i]) - int(c)
		}
	}
	return len(name) - len(key)
}

func hasAmzPrefix(name string) bool {
	const prefix = "x-amz-"
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}
