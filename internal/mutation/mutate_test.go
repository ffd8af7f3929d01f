package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMutate(t *testing.T) {
	const text = `package p

func f(a, b int, ok bool) bool {
	if ok {
		return a < b && g() || !ok
	}
	switch {
	case h(a) == 1, a >= len("x"):
	}
	return false
}
`
	n := 0
	got, found, err := mutate("p.go", []byte(text), func() int { n++; return n })
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range found {
		keys = append(keys, m.key())
	}
	if diff := cmp.Diff([]string{
		"p.go f: ok (negated)", "p.go f: a < b && g() || !ok (&&)", "p.go f: a < b && g() (||)", "p.go f: a < b (>=)", "p.go f: a < b (<=)",
		"p.go f: g() (negated)", "p.go f: !ok (negated)", "p.go f: h(a) == 1 (!=)", `p.go f: a >= len("x") (<)`, `p.go f: a >= len("x") (>)`,
	}, keys); diff != "" {
		t.Error(diff)
	}
	if _, again, err := mutate("p.go", got, func() int { return 0 }); err != nil || len(again) == 0 {
		t.Errorf("what came out is not Go: %v", err)
	}
}

func TestEquivalentsHaveReasons(t *testing.T) {
	known, err := readEquivalent(equivalent)
	if err != nil || len(known) == 0 {
		t.Errorf("%d, %v", len(known), err)
	}
	for _, text := range []string{"key", "key\t", "key\t "} {
		if _, err := readEquivalent(text); err == nil {
			t.Errorf("%q has a reason", text)
		}
	}
}
