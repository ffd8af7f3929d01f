package token

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/octroi/octroi/principal"
)

var (
	// ErrForged is the answer to every text that was not sealed here, for this purpose, by a key that is
	// still known. There is one error for all of that: a caller must not learn how close a guess was.
	ErrForged = errors.New("token is not authentic")

	// ErrExpired comes with the claims: the token is authentic, and over.
	ErrExpired = errors.New("token has expired")

	// ErrNotYet is for an authentic token from the future, further than Skew.
	ErrNotYet = errors.New("token is not valid yet")

	// ErrClaims is for claims that cannot be sealed.
	ErrClaims = errors.New("claims cannot be sealed")
)

// Purpose is what a token is for. A token opens only for the purpose that it was sealed for; the zero
// Purpose seals and opens nothing.
type Purpose byte

const (
	// Login is the password that GetAuthorizationToken answers, in its envelope.
	Login Purpose = 1 + iota
	// Bearer is what the registry gives for a login, or for nothing, for a few minutes.
	Bearer

	purposes = iota
)

// String names the purpose for a log.
func (p Purpose) String() string {
	switch p {
	case Login:
		return "login"
	case Bearer:
		return "bearer"
	}
	return "none"
}

func (p Purpose) valid() bool { return p >= Login && p <= purposes }

const (
	// MaxLifetime is the longest that a token may live, the 12 hours of ECR's.
	MaxLifetime = 12 * time.Hour

	// MaxScope is the longest Scope, and maxField the longest of any other claim.
	MaxScope = 8 << 10
	maxField = 128
)

// Claims are what a token says. Times have the precision of a second: what is below is cut off.
type Claims struct {
	ID          string                // names the token; NewID makes one
	Account     string                // twelve digits; empty for a bearer of nobody
	PrincipalID string                // unique id, never a name; empty for a bearer of nobody
	AccessKey   principal.AccessKeyID // the key that asked for it, so that the token ends with the key
	SessionID   string                // the session that asked for it, if one did
	Parent      string                // ID of the login that a bearer came from
	Scope       string                // what a bearer is narrowed to, in the registry's words
	IssuedAt    time.Time
	ExpiresAt   time.Time
}

// NewID makes the id of a token: 26 characters of base32, 128 random bits and more.
func NewID() string { return rand.Text() }

// texts lists the texts in the order in which they are sealed, Scope last. It changes with the version only.
func (c Claims) texts() [7]string {
	return [...]string{c.ID, c.Account, c.PrincipalID, string(c.AccessKey), c.SessionID, c.Parent, c.Scope}
}

// check refuses claims that no reader should ever meet.
func (c Claims) check(p Purpose) error {
	texts := c.texts()
	for i, text := range texts[:len(texts)-1] {
		if len(text) > maxField {
			return fmt.Errorf("%w: claim %d is too long", ErrClaims, i)
		}
	}
	lifetime := c.ExpiresAt.Unix() - c.IssuedAt.Unix()
	switch {
	case !p.valid():
		return fmt.Errorf("%w: no purpose", ErrClaims)
	case len(c.Scope) > MaxScope:
		return fmt.Errorf("%w: scope is too long", ErrClaims)
	case c.ID == "":
		return fmt.Errorf("%w: no id", ErrClaims)
	case (c.Account == "") != (c.PrincipalID == ""):
		return fmt.Errorf("%w: account and principal belong together", ErrClaims)
	case p == Login && c.PrincipalID == "":
		return fmt.Errorf("%w: a login is somebody's", ErrClaims)
	case p == Login && (c.Scope != "" || c.Parent != ""):
		return fmt.Errorf("%w: a login has no scope and no parent", ErrClaims)
	case c.IssuedAt.Unix() <= 0 || lifetime <= 0 || lifetime > int64(MaxLifetime/time.Second):
		return fmt.Errorf("%w: lifetime is not within 0 and %v", ErrClaims, MaxLifetime)
	}
	return nil
}

// append writes the claims without the expiry, which is in the header: each text after its length, so that no
// two claims have one encoding ("12"+"345" is not "123"+"45").
func (c Claims) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(c.IssuedAt.Unix()))
	for _, text := range c.texts() {
		b = appendField(b, text)
	}
	return b
}

// parseClaims reads what append wrote, all of it.
func parseClaims(b []byte, expiry int64) (Claims, bool) {
	if len(b) < 8 {
		return Claims{}, false
	}
	var texts [7]string
	rest := string(b[8:])
	for i := range texts {
		var ok bool
		if texts[i], rest, ok = cutField(rest); !ok {
			return Claims{}, false
		}
	}
	return Claims{
		ID: texts[0], Account: texts[1], PrincipalID: texts[2], AccessKey: principal.AccessKeyID(texts[3]),
		SessionID: texts[4], Parent: texts[5], Scope: texts[6],
		IssuedAt:  time.Unix(int64(binary.BigEndian.Uint64(b)), 0).UTC(),
		ExpiresAt: time.Unix(expiry, 0).UTC(),
	}, rest == ""
}

// appendField writes text after its length in two bytes. No field is longer than MaxScope.
func appendField(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}

// cutField is the inverse of appendField.
func cutField(b string) (text, rest string, ok bool) {
	if len(b) < 2 {
		return "", "", false
	}
	n := int(b[0])<<8 | int(b[1])
	if len(b)-2 < n {
		return "", "", false
	}
	return b[2 : 2+n], b[2+n:], true
}
