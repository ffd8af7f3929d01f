package principal

import (
	"crypto/rand"
	"encoding/base32"
)

// AccessKeyID names an access key: AKIA or ASIA and more of A-Z, 2-7; 16 to 128 characters of [A-Za-z0-9_].
//
// Source: IAM API Reference, AccessKey, pattern [\w]+ of length 16..128.
type AccessKeyID string

// Valid reports whether the id has the form that IAM gives to access key ids. A loop, and no regular expression: every
// start of the command would compile it.
func (k AccessKeyID) Valid() bool {
	for i := range len(k) {
		if c := k[i]; c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(k) >= 16 && len(k) <= 128
}

// Prefixes of unique ids.
//
// Source: IAM User Guide, "IAM identifiers", unique ID prefixes.
const (
	PrefixUser      = "AIDA"
	PrefixAccessKey = "AKIA"
	PrefixRole      = "AROA"
	PrefixGroup     = "AGPA"
	PrefixPolicy    = "ANPA"
	PrefixSession   = "ASIA" // of a session's access key
)

// NewID makes a unique id: the prefix and 16 random characters of base32 (80 bits).
func NewID(prefix string) string {
	var b [10]byte
	rand.Read(b[:])
	return prefix + base32.StdEncoding.EncodeToString(b[:])
}

// NewSecret makes the secret of an access key: 40 characters of base32 (200 bits).
func NewSecret() Secret {
	var b [25]byte
	rand.Read(b[:])
	return Secret{base32.StdEncoding.EncodeToString(b[:])}
}
