package session

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"

	"github.com/octroi/octroi/principal"
)

// newKeyID makes the id of a session's access key: ASIA, the account in 8 characters, and 40 random bits in 8 more.
// The account can be told from it, as from AWS's, without a row for each session.
func newKeyID(account string) principal.AccessKeyID {
	var b [10]byte
	rand.Read(b[5:])
	n, _ := strconv.ParseUint(account, 10, 40) // twelve digits are fewer than 2^40
	for i := range 5 {
		b[4-i] = byte(n >> (8 * i))
	}
	return principal.AccessKeyID(principal.PrefixSession + base32.StdEncoding.EncodeToString(b[:]))
}

// AccountOf is the account that the id of a session's access key names. That there is such a session, or account, it
// does not say.
func AccountOf(id principal.AccessKeyID) (account string, ok bool) {
	text, ok := strings.CutPrefix(string(id), principal.PrefixSession)
	b, err := base32.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(b) != 10 {
		return "", false
	}
	n := uint64(0)
	for _, c := range b[:5] {
		n = n<<8 | uint64(c)
	}
	return fmt.Sprintf("%012d", n), n < 1e12
}
