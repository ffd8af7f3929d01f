package token_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/octroi/octroi/token"
)

// TestLimits: the longest that is taken, and one more.
func TestLimits(t *testing.T) {
	const longest = 16 << 10
	plain := strings.Repeat("a", longest/4*3-len("AWS:"))
	if got, err := token.SplitAuthorizationToken(token.AuthorizationToken(plain)); got != plain {
		t.Errorf("the longest authorization token: %v", err)
	}
	if _, err := token.SplitAuthorizationToken(token.AuthorizationToken(plain + "aaa")); !errors.Is(err, token.ErrForged) {
		t.Errorf("one that is longer: %v", err)
	}
	for length, ok := range map[int]bool{128: true, 129: false} {
		if _, err := token.NewRing(strings.Repeat("d", length), []token.Key{key(1, noon)}); (err == nil) != ok {
			t.Errorf("a deployment of %d characters: %v", length, err)
		}
	}
}
