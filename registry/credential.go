package registry

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/principal"
)

// userName is the only user name there is.
//
// Source: ECR Public user guide, "Registry authentication".
const userName = "AWS"

// maxCredential bounds what is decoded and opened. A password has 1,024 characters at most; a bearer has
// its scope in it.
const maxCredential = 16 << 10

// usualCredential has room for what users log in with, decoded, and most sessions. What is longer is no error.
const usualCredential = 1024

// credential is what a request shows: a password, a bearer, or neither.
type credential struct{ password, bearer string }

// caller is who a request acts for, and for what its token was asked.
type caller struct {
	principal principal.Principal
	scope     string // canonical, see scope.go; covers nothing when empty
	token     string // the name of the login, for the record
}

// nobody is the caller who shows no credential. No token narrows it.
func nobody() caller { return caller{scope: unnarrowed} }

// readCredential reads the one Authorization of a request, in the forms that clients use: Basic of
// AWS:password, a Bearer from the token endpoint, and Bearer of base64(AWS:password), which is the
// authorizationToken of GetAuthorizationToken as it stands.
//
// Source: RFC 9110 section 11.4; ECR Public user guide, "Using HTTP API authentication".
func readCredential(h http.Header) (credential, error) {
	lines := h["Authorization"]
	if len(lines) == 0 {
		return credential{}, nil
	}
	if len(lines) > 1 || len(lines[0]) > maxCredential {
		return credential{}, refuse(credentialInvalid)
	}
	scheme, text, _ := strings.Cut(lines[0], " ")
	switch {
	case strings.EqualFold(scheme, "Basic"):
		return readPassword(text)
	case strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(text, encodedUser):
		return readPassword(text)
	case strings.EqualFold(scheme, "Bearer") && sealedText(text):
		return credential{bearer: text}, nil
	}
	return credential{}, refuse(credentialInvalid)
}

// encodedUser is how base64 of "AWS:" begins, whatever follows.
const encodedUser = "QVdTO"

// encoding takes one spelling of the bytes: no line breaks (refused before), no stray bits at the end.
var encoding = base64.StdEncoding.Strict()

// readPassword reads base64(AWS:password).
func readPassword(text string) (credential, error) {
	var space [usualCredential]byte
	decoded, err := encoding.AppendDecode(space[:0], []byte(text))
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return credential{}, refuse(credentialInvalid)
	}
	user, secret, ok := bytes.Cut(decoded, []byte(":"))
	password := string(secret)
	if !ok || string(user) != userName || !sealedText(password) {
		return credential{}, refuse(credentialInvalid)
	}
	return credential{password: password}, nil
}

// sealedText tells whether text could be one of our tokens: [A-Za-z0-9+/=._-]+.
func sealedText(text string) bool {
	for i := range len(text) {
		c := text[i]
		if !isAlnum(c) && !('A' <= c && c <= 'Z') && !strings.ContainsRune("+/=._-", rune(c)) {
			return false
		}
	}
	return text != ""
}

// authenticate turns the credential of a request into a caller. It is the only place in this front where
// one is made of it; the token endpoint, which gives one out, has its own rule (exchange.go).
func (f *Registry) authenticate(ctx context.Context, h http.Header) (caller, error) {
	shown, err := readCredential(h)
	switch {
	case err != nil:
		return caller{}, err
	case shown.password != "":
		login, err := f.issuer.Redeem(ctx, shown.password)
		if err != nil {
			return caller{login.Principal, "", login.Token}, tokenRefusal(err)
		}
		return caller{login.Principal, unnarrowed, login.Token}, nil
	case shown.bearer != "":
		bearer, err := f.issuer.RedeemBearer(ctx, shown.bearer)
		if err != nil {
			return caller{bearer.Login.Principal, "", bearer.Token}, tokenRefusal(err)
		}
		return caller{bearer.Login.Principal, bearer.Scope, bearer.Token}, nil
	}
	return nobody(), nil
}

// tokenRefusal says why a token is not taken. What the issuer does not name is its own failure, and says
// nothing about the token.
func tokenRefusal(err error) *Refusal {
	switch {
	case errors.Is(err, issuer.ErrForged):
		return refuse(credentialInvalid)
	case errors.Is(err, issuer.ErrExpired):
		return refuse(tokenExpired)
	case errors.Is(err, issuer.ErrRevoked):
		return refuse(tokenRevoked)
	}
	return fault(unavailable, err)
}
