package yamlcore_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/internal/yamlcore"
)

func TestResolve(t *testing.T) {
	for kind, words := range map[yamlcore.Kind]string{
		yamlcore.Null:      "~ null Null NULL",
		yamlcore.Bool:      "true True TRUE false False FALSE",
		yamlcore.Integer:   "0 -1 +12 1_000 0x1F 0o17 017 0b101 -_1",
		yamlcore.Float:     "1.5 -1. 1e3 +1.5e-3 .5 -.5e+3 .inf -.INF .nan 1_0.5_0",
		yamlcore.Timestamp: "2025-01-01 2025-1-1T1:02:03 2025-01-01T12:00:00.5Z 2025-01-01t12:00:00+05:30",
		yamlcore.Merge:     "<<",
		yamlcore.Value:     "=",
		yamlcore.Text:      "yes no on tRue nULL _1 0x 0o8 1:30 .5e3 -.nan 1.5.2 e3 2025-1-1 2025-01-01T1 12:00:00 a",
	} {
		for _, w := range strings.Fields(words) {
			if got := yamlcore.Resolve(w); got != kind {
				t.Errorf("%s: got %s, want %s", w, got, kind)
			}
		}
	}
	if got := yamlcore.Resolve(""); got != yamlcore.Null {
		t.Errorf("nothing: got %s", got)
	}
	if got := yamlcore.Resolve("2025-01-01 12:00:00 +02"); got != yamlcore.Timestamp {
		t.Errorf("with spaces: got %s", got)
	}
}
