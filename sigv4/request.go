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

// signedNames splits SignedHeaders and refuses any spelling but the one that signers write, and names that
// the request does not have.
func signedNames(r *http.Request, text string) ([]string, *Error) {
	names := strings.Split(text, ";")
	for i, name := range names {
		if name == "" || name != strings.ToLower(name) || name == "authorization" || i > 0 && names[i-1] >= name {
			return nil, refuse(Incomplete, sentenceNames)
		}
		if len(headerValues(r, name)) == 0 {
			return nil, refuse(Incomplete, quoted(name)+" is named as a SignedHeader, but it does not exist in the HTTP request.")
		}
	}
	return names, nil
}

// headerValues are the values of the header with that lower-case name. The server keeps Host out of the
// header map, and may keep Content-Length out of it.
func headerValues(r *http.Request, name string) []string {
	switch name {
	case "host":
		if r.Host == "" {
			return nil
		}
		return []string{r.Host}
	case "content-length":
		if r.ContentLength < 0 {
			return nil
		}
		return []string{strconv.FormatInt(r.ContentLength, 10)}
	}
	return r.Header[http.CanonicalHeaderKey(name)]
}

// covered refuses a request with a header that decides its meaning and is not signed, or is there twice: it
// could have been added, or be read differently, between the signer and here.
func covered(r *http.Request, names []string) *Error {
	if !signs(names, "Host") {
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
		if !signs(names, key) && (worst == "" || key < worst) {
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

func signs(names []string, key string) bool {
	_, found := slices.BinarySearch(names, strings.ToLower(key))
	return found
}

func hasAmzPrefix(name string) bool {
	const prefix = "x-amz-"
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}
