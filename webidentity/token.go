package webidentity

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// Bounds of a token, in characters.
//
// Source: STS API Reference, AssumeRoleWithWebIdentity, WebIdentityToken.
const (
	minToken = 4
	maxToken = 20000
)

// Token is a web identity token whose form is right. Nothing of it is true yet.
type Token struct {
	raw    string
	header header
	claims claims
}

// Parse reads a token: its size first, then its three parts, header and claims. It takes no more memory than a few
// times the token's length, and none at all for one that is too long or has another number of parts.
//
// Source: RFC 7515 section 3.1, 7.1; RFC 7519 section 7.2.
func Parse(text string) (*Token, error) {
	switch {
	case len(text) < minToken:
		return nil, tooShort()
	case len(text) > maxToken:
		return nil, tooLong()
	case strings.Count(text, ".") != 2:
		return nil, noToken("it has not three parts")
	}
	first, rest, _ := strings.Cut(text, ".")
	second, signature, _ := strings.Cut(rest, ".")
	if _, err := decodePart(signature); err != nil {
		return nil, err
	}
	t := &Token{raw: text}
	var err error
	if t.header, err = parseHeader(first); err != nil {
		return nil, err
	}
	t.claims, err = parseClaims(second)
	return t, err
}

// Issuer is who is said to have made the token: what finds the provider by whose keys it is checked.
func (t *Token) Issuer() string { return t.claims.issuer }

// name tells the token from every other one of its provider. Where it has no id, what was signed is hashed, and not the
// signature: there can be several right ones of one text.
func (t *Token) name() string {
	if t.claims.id != "" {
		return t.claims.id
	}
	sum := sha256.Sum256([]byte(t.raw[:strings.LastIndexByte(t.raw, '.')]))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func tooShort() error {
	return &Error{Kind: Malformed, Message: "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: " +
		"Member must have length greater than or equal to 4"}
}

func tooLong() error {
	return &Error{Kind: Malformed, Message: "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: " +
		"Member must have length less than or equal to 20000"}
}

// decodePart reads base64url in its one form: without padding, and without bits that count for nothing. The decoder
// would skip line breaks, so that they are refused here.
//
// Source: RFC 7515 section 2, Base64url Encoding.
func decodePart(text string) ([]byte, error) {
	if text == "" || strings.ContainsAny(text, "\r\n") {
		return nil, noToken("a part of it is empty or broken")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, noToken("a part of it is not base64url")
	}
	return b, nil
}

// decodeObject reads a part that is a JSON object.
func decodeObject(part, what string, limits strictjson.Limits) (strictjson.Value, error) {
	b, err := decodePart(part)
	if err != nil {
		return strictjson.Value{}, err
	}
	v, err := strictjson.Parse(b, limits)
	if err != nil {
		return v, noToken("its " + what + " is " + err.Error())
	}
	if v.Kind() != strictjson.Object {
		return v, noToken("its " + what + " is " + v.Kind().String())
	}
	return v, nil
}
