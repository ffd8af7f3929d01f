package session_test

import (
	"context"
	"testing"

	"github.com/octroi/octroi/principal"
)

// BenchmarkOpen is what a session adds to a signature's verification.
func BenchmarkOpen(b *testing.B) {
	h := open(b)
	c := h.begin(principal.AssumedRole)
	text := c.Token.Reveal()
	for b.Loop() {
		if _, err := h.Open(context.Background(), c.AccessKey, text); err != nil {
			b.Fatal(err)
		}
	}
}
