package token

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
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
	// Session is what session credentials are made of: the token that goes with the access key and its secret.
	Session
	// Message is what a caller is given to hand back, and cannot read: the details of a denial.
	Message

	purposes = iota
)

// String names the purpose for a log.
func (p Purpose) String() string {
	switch p {
	case Login:
		return "login"
	case Bearer:
		return "bearer"
	case Session:
		return "session"
	case Message:
		return "message"
	}
	return "none"
}

func (p Purpose) valid() bool { return p >= Login && p <= purposes }

// lifetime is how long a token for the purpose may live.
func (p Purpose) lifetime() time.Duration {
	if p == Session || p == Message {
		return MaxSessionLifetime
	}
	return MaxLifetime
}

const (
	// MaxLifetime is the longest that a login or a bearer may live, the 12 hours of ECR's.
	MaxLifetime = 12 * time.Hour

	// MaxSessionLifetime is the longest that a session may live, the 36 hours of a user's own.
	//
	// Source: AWS STS API Reference, GetSessionToken, DurationSeconds.
	MaxSessionLifetime = 36 * time.Hour

	// MaxScope is the longest Scope, MaxSession the longest Session, and maxField the longest of any other claim.
	// MaxSession is what keeps the authorization token of any session below MaxAuthorizationToken.
	MaxScope   = 8 << 10
	MaxSession = 1_420
	maxField   = 128
)

// Claims are what a token says. Times have the precision of a second: what is below is cut off.
type Claims struct {
	ID          string                // names the token; NewID makes one
	Account     string                // twelve digits; empty for a bearer of nobody
	PrincipalID string                // unique id, never a name; empty for a bearer of nobody
	AccessKey   principal.AccessKeyID // the key that asked for it, so that the token ends with the key
	Session     string                // of a session, and of what one asked for: what it is, as package session packs it
	Parent      string                // ID of the login that a bearer came from
	Scope       string                // what a bearer is narrowed to, in the registry's words
	IssuedAt    time.Time
	ExpiresAt   time.Time
}

// Name is how records and revocations name a token of a deployment: a keyed hash of its id, 32 hexadecimal digits. The id
// is in the token only: whoever reads a record learns nothing that is in one.
func (n Namer) Name(id string) string {
	sum := n.macs.sum([]byte(id))
	var digits [32]byte
	hex.Encode(digits[:], sum[:16])
	return string(digits[:])
}

// Namer names the tokens of one deployment. It is safe for concurrent use.
type Namer struct{ macs macs }

// NewNamer makes the Namer of a deployment.
func NewNamer(deployment string) Namer {
	return Namer{newMACs([]byte("octroi token name 1 " + deployment))}
}

// Name is the name that the deployment's Namer gives.
func Name(deployment, id string) string { return NewNamer(deployment).Name(id) }

// NewID makes the id of a token: 26 characters of base32, 128 random bits and more.
func NewID() string { return rand.Text() }

// texts lists the texts in the order in which they are sealed, Scope last. It changes with the version only.
func (c Claims) texts() [7]string {
	return [...]string{c.ID, c.Account, c.PrincipalID, string(c.AccessKey), c.Session, c.Parent, c.Scope}
}

// check refuses claims that no reader should ever meet.
func (c Claims) check(p Purpose) error {
	lifetime := c.ExpiresAt.Unix() - c.IssuedAt.Unix()
	switch {
	case !p.valid():
		return fmt.Errorf("%w: no purpose", ErrClaims)
	case c.tooLong():
		return fmt.Errorf("%w: one is too long", ErrClaims)
	case (c.ID == "") != (p == Session):
		return fmt.Errorf("%w: a session is named by its access key, and everything else by its id", ErrClaims)
	case (c.Account == "") != (c.PrincipalID == ""):
		return fmt.Errorf("%w: account and principal belong together", ErrClaims)
	case p != Bearer && c.PrincipalID == "":
		return fmt.Errorf("%w: a %v is somebody's", ErrClaims, p)
	case p == Session && (c.AccessKey == "" || c.Session == ""):
		return fmt.Errorf("%w: a session has an access key, and says what it is", ErrClaims)
	case (p == Login || p == Session) && (c.Scope != "" || c.Parent != ""):
		return fmt.Errorf("%w: a %v has no scope and no parent", ErrClaims, p)
	case c.IssuedAt.Unix() <= 0 || lifetime <= 0 || lifetime > int64(p.lifetime()/time.Second):
		return fmt.Errorf("%w: lifetime is not within 0 and %v", ErrClaims, p.lifetime())
	}
	return nil
}

func (c Claims) tooLong() bool {
	return len(c.Session) > MaxSession || len(c.Scope) > MaxScope ||
		max(len(c.ID), len(c.Account), len(c.PrincipalID), len(c.AccessKey), len(c.Parent)) > maxField
}

// version is the version of the format that the claims need. A program that knows only the first cannot read what
// narrows a session, and must not open its tokens.
func (c Claims) version() byte {
	if c.Session != "" {
		return versionSession
	}
	return versionPlain
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
		Session: texts[4], Parent: texts[5], Scope: texts[6],
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
