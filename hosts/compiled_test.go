package hosts_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/hosts"
)

func TestCompiled(t *testing.T) {
	file := []byte("hosts: ...\n")
	want := hosts.Config{Entries: []hosts.Entry{{Host: "a.example.com", Profile: "p"}}, InnerHelper: "pass"}
	text, err := hosts.Compile(want, file)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := hosts.Decompile(text, file); err != nil || !cmp.Equal(got, want) {
		t.Fatal(got, err)
	}
	for name, bad := range map[string][]byte{
		"another file": append([]byte("x"), text...), "trailing": append(bytes.Clone(text), '1'), "unknown": bytes.Replace(text, []byte(`"profile"`), []byte(`"profil"`), 1),
		"no check": bytes.Replace(text, []byte("a.example.com"), []byte("a.amazonaws.com"), 1), "empty": nil, "version": bytes.Replace(text, []byte(`"version":1`), []byte(`"version":2`), 1),
	} {
		if _, err := hosts.Decompile(bad, file); err == nil {
			t.Error(name, "is accepted")
		}
	}
	if _, err := hosts.Decompile(text, []byte("hosts:\n")); err == nil {
		t.Error("accepted for other bytes")
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if data, err := hosts.ReadFile(path); data != nil || err != nil {
		t.Fatal(data, err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := hosts.ReadFile(path); string(data) != "x" || err != nil {
		t.Fatal(data, err)
	}
	if err := os.Chmod(path, 0o620); err != nil {
		t.Fatal(err)
	}
	if _, err := hosts.ReadFile(path); err == nil {
		t.Error("a file that the group may write is read")
	}
}

// FuzzParse: what is a host has one spelling, and its name is a host again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"public.ecr.aws", "http://127.0.0.1:5000/", "[::1]:80", "A.b:443"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := hosts.Parse(text)
		if err != nil {
			return
		}
		again, err := hosts.Parse(h.Origin())
		if err != nil || again != h {
			t.Errorf("%q: %+v, then %+v, %v", text, h, again, err)
		}
	})
}

// FuzzCompiled: nothing that is read has an entry that Check refuses.
func FuzzCompiled(f *testing.F) {
	file := []byte("x")
	text, _ := hosts.Compile(hosts.Config{Entries: []hosts.Entry{{Host: "*.example.com", Endpoint: "https://a.example.com"}}}, file)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := hosts.Decompile(text, file); err == nil && c.Check() != nil {
			t.Errorf("%s", text)
		}
	})
}
