package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// ErrUnknownKey is what a lookup answers for a key that does not exist and for one that is disabled: whoever
// asks must not learn which.
var ErrUnknownKey = errors.New("access key is unknown or disabled")

// Code says which kind of refusal an Error is. A front maps it to the name and status of its protocol.
type Code int

// The zero Code is no refusal that Verify makes; a front that meets it has a bug and answers so.
const (
	_ Code = iota
	// MissingAuthentication: the request carries no credentials at all.
	MissingAuthentication
	// Incomplete: the credentials are malformed, ambiguous, or of a form that is not offered.
	Incomplete
	// Unrecognized: the access key is unknown or disabled, or its session token is not its own.
	Unrecognized
	// InvalidSignature: signed for another time, place or request, or with another secret.
	InvalidSignature
	// Expired: the session that the key belongs to is over.
	Expired
)

var codeNames = [...]string{"NoCode", "MissingAuthentication", "Incomplete", "Unrecognized", "InvalidSignature", "Expired"}

// String names the code for a log.
func (c Code) String() string {
	if c < 0 || int(c) >= len(codeNames) {
		return codeNames[0]
	}
	return codeNames[c]
}

// Error is a refusal. Message is AWS's sentence for it, made for the caller to read; it repeats no credential.
type Error struct {
	Code    Code
	Message string
}

// Error is the message with its code.
func (e *Error) Error() string { return e.Code.String() + ": " + e.Message }

func refuse(code Code, message string) *Error { return &Error{code, message} }

const (
	sentenceMissing   = "Missing Authentication Token"
	sentenceAlgorithm = "Authorization header must use the algorithm 'AWS4-HMAC-SHA256'."
	sentenceTwice     = "Found more than one 'Authorization' HTTP header."
	sentenceTooLong   = "Authorization header is too long."
	sentenceBoth      = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
	sentenceQuery     = "Query-string authentication is not offered here. Sign the 'Authorization' HTTP header."
	sentenceEncoding  = "The query string is not percent-encoded."
	sentencePath      = "The path of the request is not in its normal form."
	sentenceHost      = "This service is not known by the 'Host' of the request."
	sentencePayload   = "The provided 'x-amz-content-sha256' header does not match what was computed."
	sentenceNames     = "SignedHeaders must be in lower case, sorted, and each named once."
	sentenceToken     = "The security token included in the request is invalid."
	sentenceExpired   = "The security token included in the request is expired"
	sentenceMismatch  = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)

// quoteLimit keeps a message short whatever the caller sent.
const quoteLimit = 64

// quoted is text as a message may repeat it: short, and printable ASCII only.
func quoted(text string) string {
	b := []byte(text[:min(len(text), quoteLimit)])
	for i, c := range b {
		if c < ' ' || c > '~' {
			b[i] = '?'
		}
	}
	return "'" + string(b) + "'"
}

// hashed stands for an Authorization header in a message. The header itself may be somebody's password that
// was sent to the wrong door, and messages end up in logs.
func hashed(header string) string {
	sum := sha256.Sum256([]byte(header))
	return base64.StdEncoding.EncodeToString(sum[:])
}
