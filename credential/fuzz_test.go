package credential_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/credential"
)

// FuzzDockerFile: a login goes into whatever config.json there is without a change of anything else in it, and out again;
// a file that is none is left as it is.
func FuzzDockerFile(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"auths":{"other.example.com":{"auth":"dTpw","email":"kept"}},"HttpHeaders":{"X":"1"}}`, `{"auths":null}`, `{"auths":[]}`, `null`, `[]`, ` `, `{"auths":{"https://localhost:8787/v1/":{}}}`,
		`{"auths":{"localhost:8787":"x"}}`, `{"credHelpers":{}}`, `{"credsStore":""}`, `{"credsStore":1}`, `{} {}`, "\xef\xbb\xbf{}", `{"a":1,"a":2}`, `{"Auths":{"x":{}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Setenv("PATH", f.TempDir()) // no helper is found
	f.Fuzz(func(t *testing.T, text []byte) {
		store, path := folder(t, string(text))
		before := membersOf(text)
		if helped(before) || len(text) == 0 {
			return
		}
		h := host(t, "localhost:8787")
		if err := store.Put(t.Context(), h, token(t, "pw")); err != nil {
			if left, rerr := os.ReadFile(path); rerr != nil || string(left) != string(text) {
				t.Fatalf("%v, and the file is %q", err, left)
			}
			return
		}
		after := kept(t, path)
		if got := after["auths"].(map[string]any)[h.Name]; !cmp.Equal(got, map[string]any{"auth": "QVdTOnB3"}) {
			t.Fatalf("the login is %v", got)
		}
		sameBut(t, before, after, h.Name)
		if found, err := store.Remove(t.Context(), h); err != nil || !found {
			t.Fatalf("removed: %v %v", found, err)
		}
		if _, err := store.Prune(t.Context(), time.Unix(1<<33, 0), func(string) bool { return true }); err != nil {
			t.Fatal(err)
		}
	})
}

func membersOf(text []byte) (all map[string]any) {
	if json.Unmarshal(text, &all) != nil {
		return nil
	}
	return all
}

func helped(all map[string]any) bool {
	usual, _ := all["credsStore"].(string)
	helpers, _ := all["credHelpers"].(map[string]any)
	return usual != "" || len(helpers) > 0
}

func kept(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return membersOf(text)
}

// sameBut compares two files but for the login of a host.
func sameBut(t *testing.T, before, after map[string]any, name string) {
	t.Helper()
	for _, all := range []map[string]any{before, after} {
		if auths, ok := all["auths"].(map[string]any); ok {
			delete(auths, name)
			if len(auths) == 0 {
				delete(all, "auths")
			}
		}
		if all["auths"] == nil {
			delete(all, "auths")
		}
	}
	if len(before)+len(after) > 0 && !cmp.Equal(before, after) {
		t.Fatal(cmp.Diff(before, after))
	}
}

// FuzzExpiry: a password that says when it ends says a time that a clock can show.
func FuzzExpiry(f *testing.F) {
	for _, seed := range []string{`{"expiration":1800000000}`, `{"expiration":1e308}`, `{"expiration":-1}`, `{"expiration":"never"}`, `{"expiration":null}`, `{"Expiration":5}`, `{"expiration":2147483647.5}`, `[]`} {
		f.Add("AWS", encode(seed))
	}
	f.Add("aws", encode(`{"expiration":1800000000}`))
	f.Fuzz(func(t *testing.T, user, password string) {
		at, dated := credential.Expiry(user, password)
		if dated && (user != "AWS" || at.Unix() < 0 || at.Year() > 9999) || !dated && !at.IsZero() {
			t.Fatalf("%q ends at %v", password, at)
		}
	})
}

// FuzzParseTools: only what there is.
func FuzzParseTools(f *testing.F) {
	f.Add("docker,podman, helm")
	f.Add("buildah,,")
	f.Fuzz(func(t *testing.T, text string) {
		tools, err := credential.ParseTools(text)
		for _, tool := range tools {
			if err == nil && tool != credential.Docker && tool != credential.Podman && tool != credential.Helm {
				t.Fatalf("%q names %q", text, tool)
			}
		}
	})
}
