package sigv4_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/sigv4"
)

// TestSignedHeadersOfAnySpelling: a signed header is found under the name that net/http gives it, whatever letters,
// digits and signs that is made of, however long it is, and however often the header is there.
func TestSignedHeadersOfAnySpelling(t *testing.T) {
	for _, name := range []string{"a", "zone-z", "x-zebra-amz", "x_under`|~a", "0-9a", "x--double-", "x-" + strings.Repeat("long-", 40) + "name"} {
		r := getToken()
		r.Header.Set(name, " one  value ")
		allow(t, usual().sign(t, r))

		r = getToken()
		r.Header.Set(name, "one")
		r.Header.Add(name, "and another")
		allow(t, usual().sign(t, r))

		r = getToken()
		r.Header.Set(name, "signed")
		r = usual().sign(t, r)
		r.Header.Add(name, "added after")
		deny(t, r, sigv4.InvalidSignature, "")
	}
}
