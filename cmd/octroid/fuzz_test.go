package main

import (
	"strings"
	"testing"
	"time"
)

// FuzzMoment: a moment that is read is a time, or so long ago; and a refusal is one line.
func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"24h", "-1h", "2026-01-31T00:00:00Z", "2026-01-31", "9999999h", "1ns", "0", "2026-01-31T00:00:00+25:00", "\x1b[31m", ""} {
		f.Add(seed)
	}
	otherwise := time.Unix(1, 0)
	f.Fuzz(func(t *testing.T, text string) {
		at, err := moment("--since", text, otherwise)
		switch {
		case err != nil:
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%q", err)
			}
		case text == "":
			if at != otherwise {
				t.Fatal(at)
			}
		case at.After(time.Now()) && !strings.Contains(text, "T"):
			t.Fatalf("%q is %v", text, at)
		}
	})
}
