package sigv4

import (
	"net/http"
	"strings"

	"github.com/octroi/octroi/principal"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"

	// maxAuthorization bounds the header before it is split. The longest honest one, with a key id of 128
	// characters and thirty signed headers, is about 1 KiB.
	maxAuthorization = 16 << 10
)

// authorization is the Authorization header, split but not believed.
type authorization struct {
	header        string // as it came
	credential    string // key id and scope
	signedHeaders string // names joined with semicolons
	signature     string
}

// readAuthorization finds the one Authorization header and splits it.
func readAuthorization(r *http.Request) (authorization, *Error) {
	values := r.Header["Authorization"]
	switch {
	case len(values) == 0:
		return authorization{}, refuse(MissingAuthentication, sentenceMissing)
	case len(values) > 1:
		return authorization{}, refuse(Incomplete, sentenceTwice)
	case len(values[0]) > maxAuthorization:
		return authorization{}, refuse(Incomplete, sentenceTooLong)
	}
	return parseAuthorization(values[0])
}

// parseAuthorization reads the algorithm and exactly one each of Credential, SignedHeaders and Signature, in
// any order. What is absent stays empty: complete names it, together with an absent date, as AWS does.
func parseAuthorization(header string) (authorization, *Error) {
	a := authorization{header: header}
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if header != algorithm && !ok {
		return authorization{}, refuse(Incomplete, sentenceAlgorithm)
	}
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, ",")
		name, value, ok := strings.Cut(strings.Trim(pair, " "), "=")
		if !ok {
			return authorization{}, refuse(Incomplete, "Invalid key=value pair (missing equal-sign) in Authorization header "+
				"(hashed with SHA-256 and encoded with Base64): '"+hashed(header)+"'.")
		}
		if !a.set(name, value) {
			return authorization{}, refuse(Incomplete, "Authorization header must have one each of 'Credential', "+
				"'SignedHeaders' and 'Signature', and nothing else.")
		}
	}
	return a, nil
}

// set keeps the parameter, unless it is unknown or there already.
func (a *authorization) set(name, value string) bool {
	var field *string
	switch name {
	case "Credential":
		field = &a.credential
	case "SignedHeaders":
		field = &a.signedHeaders
	case "Signature":
		field = &a.signature
	default:
		return false
	}
	if *field != "" {
		return false
	}
	*field = value
	return true
}

// complete refuses a header that lacks a parameter, and names all that is missing in one answer.
func (a authorization) complete(h http.Header) *Error {
	var missing strings.Builder
	for _, need := range []struct{ name, value string }{
		{"Credential", a.credential}, {"Signature", a.signature}, {"SignedHeaders", a.signedHeaders},
	} {
		if need.value == "" {
			missing.WriteString("Authorization header requires '" + need.name + "' parameter. ")
		}
	}
	if h["X-Amz-Date"] == nil && h["Date"] == nil {
		missing.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if missing.Len() == 0 {
		return nil
	}
	missing.WriteString("(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(a.header))
	return refuse(Incomplete, missing.String())
}

// ClaimedKeyID is the access key id that a request names in a well-formed Authorization header, and empty for
// any other. Nothing is proved by it: it is for the record of a request that was refused.
func ClaimedKeyID(r *http.Request) principal.AccessKeyID {
	a, refusal := readAuthorization(r)
	if refusal != nil {
		return ""
	}
	c, refusal := parseCredential(a.credential)
	if refusal != nil || !c.id.Valid() {
		return ""
	}
	return c.id
}
