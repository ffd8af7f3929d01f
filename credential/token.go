package credential

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/octroi/octroi/principal"
)

// Limits of a token.
//
// Source: Amazon ECR Public API Reference, AuthorizationData: a token is \S+ and good for twelve hours.
const (
	maxToken = 64 << 10
	maxLife  = 12 * time.Hour
)

// ErrToken reports an answer that holds no token to use.
var ErrToken = errors.New("invalid response from endpoint")

// Token is what GetAuthorizationToken gives.
type Token struct {
	User     string           // always AWS so far
	Password principal.Secret // without a colon
	Whole    principal.Secret // the token itself: base64 of user:password
	Expires  time.Time
}

// ParseToken reads the answer to GetAuthorizationToken. now decides whether the token has ended, and one that
// claims a longer life than tokens have is given twelve hours.
func ParseToken(body []byte, now time.Time) (Token, error) {
	var answer struct {
		Data struct {
			Token   *string  `json:"authorizationToken"`
			Expires *float64 `json:"expiresAt"`
		} `json:"authorizationData"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Data.Token == nil || answer.Data.Expires == nil {
		return Token{}, ErrToken
	}
	whole := *answer.Data.Token
	if len(whole) > maxToken {
		return Token{}, ErrToken
	}
	// The decoder skips line breaks, a token has none.
	plain, err := base64.StdEncoding.Strict().DecodeString(whole)
	if err != nil || strings.ContainsAny(whole, "\r\n") {
		return Token{}, ErrToken
	}
	user, password, ok := strings.Cut(string(plain), ":")
	if !ok || user == "" || !printable(user) || !printable(password) || strings.Contains(password, ":") {
		return Token{}, ErrToken
	}
	seconds := *answer.Data.Expires
	if math.IsNaN(seconds) || seconds < 0 || seconds > math.MaxInt32*100 {
		return Token{}, ErrToken
	}
	t := Token{user, principal.NewSecretFrom(password), principal.NewSecretFrom(whole), time.UnixMilli(int64(seconds * 1000))}
	if !now.Before(t.Expires) {
		return Token{}, errors.New("the endpoint answered with a token that has ended already: is this machine's clock right?")
	}
	if latest := now.Add(maxLife); t.Expires.After(latest) {
		t.Expires = latest
	}
	return t, nil
}

// printable is visible ASCII, at least one character.
func printable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
