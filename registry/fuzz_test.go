package registry_test

import (
	"strings"
	"testing"

	"github.com/distribution/distribution/v3"
	_ "github.com/distribution/distribution/v3/manifest/manifestlist"
	_ "github.com/distribution/distribution/v3/manifest/ocischema"
	_ "github.com/distribution/distribution/v3/manifest/schema2"
	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/registry"
)

// FuzzManifest holds what is accepted against the engine's reading of it: the same parts, whichever reader.
func FuzzManifest(f *testing.F) {
	image := manifestOf([]byte("config"), []byte("layer"), `,"subject":`+described(ociType, []byte("x")))
	f.Add(uint8(0), image)
	f.Add(uint8(0), []byte(strings.Replace(string(image), `"mediaType":"`+ociType+`",`, "", 1)))
	f.Add(uint8(1), []byte(`{"schemaVersion":2,"mediaType":"`+indexType+`","manifests":[`+described(ociType, image)+`]}`))
	f.Add(uint8(1), []byte(`{"schemaVersion":2,"manifests":[]}`))
	f.Add(uint8(2), []byte(strings.ReplaceAll(string(image), ociType, dockerType)))
	f.Add(uint8(3), []byte(`{"schemaVersion":2,"mediaType":"`+listType+`","manifests":[`+described(dockerType, image)+`]}`))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		contentType := []string{ociType, indexType, dockerType, listType}[kind%4]
		digest, _, parts, err := registry.ParseManifest(contentType, body)
		if err != nil {
			return
		}
		theirs, descriptor, err := distribution.UnmarshalManifest(contentType, body)
		if err != nil {
			t.Fatalf("the engine refuses what is accepted: %v", err)
		}
		mediaType, _, err := theirs.Payload()
		if err != nil || mediaType != contentType || descriptor.Digest.String() != digest {
			t.Fatalf("the engine takes it for %s %s: %v", mediaType, descriptor.Digest, err)
		}
		var want []registry.Part
		for _, d := range theirs.References() {
			want = append(want, registry.Part{Digest: d.Digest.String(), Size: d.Size})
		}
		if diff := cmp.Diff(want, parts); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzScope holds the canonical text to itself, and to the repositories it names.
func FuzzScope(f *testing.F) {
	for _, seed := range []string{"", "aws", "repository:acme/app:pull,push", "repository:acme/app:* registry:catalog:*", "repository:a:b:c:pull", "foo"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scope, err := registry.CanonicalScope(text)
		if err != nil {
			return
		}
		again, err := registry.CanonicalScope(scope)
		if scope != "*" && scope != "" && (err != nil || again != scope) {
			t.Fatalf("%q becomes %q", scope, again)
		}
		for _, verb := range []string{"pull", "push", "delete"} {
			if registry.Covers(scope, "acme/app", verb) && !strings.Contains(text, "repository:acme/app:") && strings.Trim(strings.ReplaceAll(text, "aws", ""), " ") != "" {
				t.Fatalf("%q covers %s of acme/app", text, verb)
			}
		}
	})
}

func TestScope(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "*",
		"aws":                           "*",
		"aws x":                         "",
		"x":                             "",
		"*":                             "",
		"repository:acme/app:push,pull": "repository:acme/app:pull,push",
		"repository:acme/app:*":         "repository:acme/app:delete,pull,push",
		"repository:b1/app:pull repository:acme/app:pull":                      "repository:acme/app:pull repository:b1/app:pull",
		"repository:acme/app:pull repository:acme/app:delete,foo,pull":         "repository:acme/app:delete,pull",
		"registry:catalog:* repository:acme/app:pull":                          "registry:catalog:* repository:acme/app:pull",
		"repository:acme/app:foo registry:catalog:pull registry:other:* aws:*": "",
	} {
		if got, err := registry.CanonicalScope(text); got != want || err != nil {
			t.Errorf("%q: %q %v, want %q", text, got, err, want)
		}
	}
	for _, path := range []string{"acme/ap", "acme/app/x", "acme/app2", "acm/app"} {
		if registry.Covers("repository:acme/app:pull,push", path, "pull") {
			t.Errorf("acme/app covers %s", path)
		}
	}
}
