package webidentity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/webidentity"
)

const tags = "https://aws.amazon.com/tags"

// What a token says of its session, in both forms that AWS reads.
func TestSession(t *testing.T) {
	h := open(t, mainKey())
	want := webidentity.Session{Tags: []webidentity.Tag{{Key: "team", Value: "a"}}, Transitive: []string{"team"}, SourceIdentity: "alice"}
	source := h.claims().With("https://aws.amazon.com/source_identity", "alice")
	nested := source.With(tags, map[string]any{"principal_tags": map[string]any{"team": []string{"a"}}, "transitive_tag_keys": []string{"team"}})
	flat := source.With(tags+"/principal_tags/team", []string{"a"}).With(tags+"/transitive_tag_keys", []string{"team"})
	for what, token := range map[string]string{"nested": mainKey().Token(nested), "flat": mainKey().Token(flat)} {
		if diff := cmp.Diff(want, h.allow(t, what, token).Session); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	for what, value := range map[string]any{"a text": "team", "tags that are texts": map[string]any{"principal_tags": map[string]any{"team": "a"}},
		"two values": map[string]any{"principal_tags": map[string]any{"team": []string{"a", "b"}}}, "keys that are numbers": map[string]any{"transitive_tag_keys": []int{1}}} {
		h.refuse(t, what, mainKey().Token(h.claims().With(tags, value)), webidentity.Invalid, "")
	}
	h.refuse(t, "source identity", mainKey().Token(h.claims().With("https://aws.amazon.com/source_identity", 1)), webidentity.Invalid, "source_identity")
}
