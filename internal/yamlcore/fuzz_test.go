package yamlcore_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/internal/yamlcore"
)

// FuzzResolve: a scalar has a kind, and what the YAML library takes for a number or a truth is not a text.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{"", "~", "true", "1_000", "0x_", "0o7", "-.inf", ".NaN", "1e3", "1.e+3", "2026-01-31", "2026-1-3 1:2:3.4 +5:6", "<<", "=", "_1", "0b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kind := yamlcore.Resolve(text)
		if kind == "" {
			t.Fatalf("%q has no kind", text)
		}
		node := yaml.Node{Kind: yaml.ScalarNode, Value: text}
		if tag := node.ShortTag(); kind == yamlcore.Text && (tag == "!!null" || tag == "!!int" && text[0] >= '1' && text[0] <= '9') {
			t.Fatalf("%q is a text and %s", text, tag)
		}
	})
}
