package principal

import (
	"crypto/rand"
	"encoding/base32"
	"regexp"
)

// AccessKeyID names an access key: AKIA or ASIA and more of A-Z, 2-7; 16 to 128 characters of [A-Za-z0-9_].
//
// Source: IAM API Reference, AccessKey, pattern [\w]+ of length 16..128.
type AccessKeyID string

var accessKeyID = regexp.MustCompile(`^[A-Za-z0-9_]{16,128}$`)

// Valid reports whether the id has the form that IAM gives to access key ids.
func (k AccessKeyID) Valid() bool { return accessKeyID.MatchString(string(k)) }

// Prefixes of unique ids.
//
// Source: IAM User Guide, "IAM identifiers", unique ID prefixes.
const (
	PrefixUser      = "AIDA"
	PrefixAccessKey = "AKIA"
	PrefixRole      = "AROA"
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
