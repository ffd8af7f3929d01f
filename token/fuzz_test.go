package token_test

import (
	"testing"

	"github.com/octroi/octroi/token"
)

// FuzzOpen: only the seed itself opens.
func FuzzOpen(f *testing.F) {
	r := ring(f, key(1, noon))
	text := seal(f, r, token.Bearer, bearer())
	f.Add(text)
	f.Add(seal(f, r, token.Login, login()))
	f.Fuzz(func(t *testing.T, other string) {
		if c, err := r.Open(token.Bearer, other, noon); other != text {
			forged(t, c, err)
		}
	})
}

// FuzzOpenPassword: only the seed itself opens.
func FuzzOpenPassword(f *testing.F) {
	r := ring(f, key(1, noon))
	password := sealPassword(f, r, login())
	f.Add(password)
	f.Add(passwordOf("AQ", "1"))
	f.Fuzz(func(t *testing.T, other string) {
		if c, err := r.OpenPassword(other, noon); other != password {
			forged(t, c, err)
		}
		if split, err := token.SplitAuthorizationToken(other); err == nil && token.AuthorizationToken(split) != other {
			t.Errorf("%q has two spellings", other)
		}
	})
}
