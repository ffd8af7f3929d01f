package token_test

import (
	"testing"

	"github.com/octroi/octroi/token"
)

func BenchmarkSeal(b *testing.B) {
	r, c := ring(b, key(1, noon)), bearer()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Seal(token.Bearer, c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	r := ring(b, key(1, noon))
	text := seal(b, r, token.Bearer, bearer())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(token.Bearer, text, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenUnknownKey(b *testing.B) {
	text, r := seal(b, ring(b, key(1, noon)), token.Bearer, bearer()), ring(b, key(2, noon))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(token.Bearer, text, noon); err == nil {
			b.Fatal("opened without its key")
		}
	}
}

func BenchmarkSealPassword(b *testing.B) {
	r, c := ring(b, key(1, noon)), login()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.SealPassword(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenPassword(b *testing.B) {
	r := ring(b, key(1, noon))
	password := sealPassword(b, r, login())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.OpenPassword(password, noon); err != nil {
			b.Fatal(err)
		}
	}
}
