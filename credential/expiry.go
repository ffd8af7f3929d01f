package credential

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// loginUser is the user of every login that such a token makes.
const loginUser = "AWS"

// Expiry is when the password of a login ends, as far as it can be read: the password of an ECR token is base64 of
// a JSON object that says so. Other passwords, and other users', say nothing.
//
// Source: Amazon's tokens, and docs/token-format.md, "From outside to inside".
func Expiry(user, password string) (time.Time, bool) {
	if user != loginUser || len(password) > maxToken {
		return time.Time{}, false
	}
	plain, err := base64.StdEncoding.DecodeString(password)
	if err != nil {
		return time.Time{}, false
	}
	var envelope struct {
		Expiration *float64 `json:"expiration"`
	}
	if json.Unmarshal(plain, &envelope) != nil || envelope.Expiration == nil {
		return time.Time{}, false
	}
	seconds := *envelope.Expiration
	if !(seconds >= 0 && seconds < math.MaxInt32*100) {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

// Held is a login that a tool has.
type Held struct {
	Tool    string
	Where   string // the file, or docker-credential-NAME
	Key     string // as the tool names the registry
	Host    string // the registry's host in that
	User    string
	Expires time.Time // when the password says so
	Dated   bool      // whether it does

}

// Stale reports whether the login has ended. An ended one is worse than none: docker shows it to the registry, is
// refused, and does not go on to ask as nobody.
func (h Held) Stale(now time.Time) bool { return h.Dated && !now.Before(h.Expires) }

// heldIn reads an entry of auths: auth is base64 of user:password, or both stand for themselves.
func heldIn(key string, raw json.RawMessage) (Held, bool) {
	var entry struct{ Auth, Username, Password string }
	if json.Unmarshal(raw, &entry) != nil {
		return Held{}, false
	}
	if plain, err := base64.StdEncoding.DecodeString(entry.Auth); err == nil && entry.Auth != "" {
		entry.Username, entry.Password, _ = strings.Cut(strings.TrimRight(string(plain), "\x00"), ":")
	}
	if entry.Username == "" && entry.Password == "" {
		return Held{}, false
	}
	h := Held{Key: key, Host: hostOf(key), User: entry.Username}
	h.Expires, h.Dated = Expiry(entry.Username, entry.Password)
	return h, true
}

// hostOf is the host of a key, which docker writes as a URL in places and podman with a path.
func hostOf(key string) string {
	bare := strings.TrimPrefix(strings.TrimPrefix(key, "http://"), "https://")
	bare, _, _ = strings.Cut(bare, "/")
	return bare
}
