package token

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// User is the user name that goes with every password.
	User = "AWS"

	// MaxAuthorizationToken is the longest authorization token that is made: what nginx takes in a header, and more
	// than ECR's own. Those of users and of sessions without a policy of their own have 1,024 characters or fewer,
	// because some of the places where clients keep them have room for 2,500 only.
	MaxAuthorizationToken = 4096
)

// strict is the encoding of passwords and authorization tokens. It ignores line breaks: decode does not.
var strict = base64.StdEncoding.Strict()

// SealPassword makes the password of a login: a token in an envelope of the form of ECR's, which some clients
// open to read when it expires. It has only characters of base64, and so no colon and no space.
func (r *Ring) SealPassword(c Claims) (string, error) {
	var space [usualPassword]byte
	password, err := r.appendPassword(space[:0], c)
	return string(password), err
}

// SealAuthorizationToken is SealPassword, and the form in which GetAuthorizationToken answers it. The password between
// the two is no text of its own: that would cost as much as the sealing.
func (r *Ring) SealAuthorizationToken(c Claims) (string, error) {
	var passwordSpace, space [usualPassword]byte
	plain, err := r.appendPassword(append(passwordSpace[:0], User+":"...), c)
	if err != nil {
		return "", err
	}
	return string(strict.AppendEncode(space[:0], plain)), nil
}

// usualPassword has room for what is made for users, and for most sessions. What is longer is no error.
const usualPassword = 1024

func (r *Ring) appendPassword(b []byte, c Claims) ([]byte, error) {
	s, err := r.seal(Login, c)
	if err != nil {
		return nil, err
	}
	var payloadSpace, envelopeSpace [usualPassword / 2]byte
	payload := encoding.AppendEncode(payloadSpace[:0], s.raw)
	envelope := appendEnvelope(envelopeSpace[:0], payload, s)
	if strict.EncodedLen(len(User)+1+strict.EncodedLen(len(envelope))) > MaxAuthorizationToken {
		return nil, fmt.Errorf("%w: the password would be too long", ErrClaims)
	}
	return strict.AppendEncode(b, envelope), nil
}

// OpenPassword opens what SealPassword made, with the errors of Open. Nothing in the envelope is believed: it
// must be the one that belongs to its payload, to the byte.
func (r *Ring) OpenPassword(password string, now time.Time) (Claims, error) {
	var space, again [usualPassword]byte
	envelope, ok := appendDecoded(space[:0], password)
	if !ok {
		return Claims{}, ErrForged
	}
	payload, _ := bytes.CutPrefix(envelope, []byte(envelopeStart))
	payload, _, _ = bytes.Cut(payload, []byte(`"`))
	s, ok := sealedFrom(payload)
	if !ok || !bytes.Equal(appendEnvelope(again[:0], payload, s), envelope) {
		return Claims{}, ErrForged
	}
	return r.open(Login, s, now)
}

const envelopeStart = `{"payload":"`

// appendEnvelope writes the envelope of a payload. Its texts need no escaping.
func appendEnvelope(b, payload []byte, s sealed) []byte {
	b = append(b, envelopeStart...)
	b = append(b, payload...)
	b = append(b, `","datakey":"`...)
	b = strconv.AppendUint(b, uint64(s.id), 10)
	b = append(b, `","version":"1","type":"DATA_KEY","expiration":`...)
	b = strconv.AppendInt(b, s.expiry, 10)
	return append(b, '}')
}

// AuthorizationToken is the form in which GetAuthorizationToken answers a password.
func AuthorizationToken(password string) string {
	var space [MaxAuthorizationToken]byte
	return strict.EncodeToString(append(append(space[:0], User+":"...), password...))
}

// SplitAuthorizationToken is the strict inverse of AuthorizationToken: ErrForged for anything that it does not
// answer for a password of the alphabet [A-Za-z0-9+/=._-]. Nothing is opened by it.
func SplitAuthorizationToken(text string) (password string, err error) {
	plain, ok := appendDecoded(nil, text)
	if !ok {
		return "", ErrForged
	}
	password, ok = strings.CutPrefix(string(plain), User+":")
	if !ok || password == "" || strings.ContainsFunc(password, outsideAlphabet) {
		return "", ErrForged
	}
	return password, nil
}

func outsideAlphabet(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("+/=._-", c)
}

// appendDecoded reads text in the one spelling of strict, into an empty buffer.
func appendDecoded(b []byte, text string) ([]byte, bool) {
	if len(text) > maxSealed {
		return nil, false
	}
	plain, err := strict.AppendDecode(b, []byte(text))
	return plain, err == nil && strict.EncodedLen(len(plain)) == len(text)
}
