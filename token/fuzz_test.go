package token_test

import (
	"testing"

	"github.com/octroi/octroi/token"
)

// seeds are the golden tokens, the same in every process that fuzzes, and the texts among them that may open.
func seeds(f *testing.F, purpose string) (*token.Ring, map[string]bool) {
	g, r := readGolden(f)
	real := make(map[string]bool)
	for _, t := range g.Tokens {
		f.Add(t.Text)
		real[t.Text] = t.Purpose == purpose
	}
	return r, real
}

// FuzzOpen: only what was sealed opens, or is known to be over or early.
func FuzzOpen(f *testing.F) {
	r, real := seeds(f, "bearer")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := r.Open(token.Bearer, text, noon); !real[text] {
			forged(t, c, err)
		}
	})
}

// FuzzOpenPassword: the same for passwords; and an authorization token has one spelling.
func FuzzOpenPassword(f *testing.F) {
	r, real := seeds(f, "password")
	f.Add(passwordOf("AQ", "1"))
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := r.OpenPassword(text, noon); !real[text] {
			forged(t, c, err)
		}
		if split, err := token.SplitAuthorizationToken(text); err == nil && token.AuthorizationToken(split) != text {
			t.Errorf("%q has two spellings", text)
		}
	})
}

// FuzzOpenSession: the same for session tokens, whose secret comes with nothing that does not open; and FuzzOpenMessage
// for what DecodeAuthorizationMessage is sent.
func FuzzOpenSession(f *testing.F) {
	r, real := seeds(f, "session")
	f.Fuzz(func(t *testing.T, text string) {
		if c, secret, err := r.OpenSession(text, noon); !real[text] {
			forged(t, c, err)
			if secret.Reveal() != "" {
				t.Error("a secret of nothing")
			}
		}
	})
}

func FuzzOpenMessage(f *testing.F) {
	r, real := seeds(f, "message")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := r.Open(token.Message, text, noon); !real[text] {
			forged(t, c, err)
		}
	})
}
