package configfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/hosts"
)

const whole = `# comment
hosts:
  public.ecr.aws:
  registry.example.com:8787:
    endpoint: https://api.example.com
    region: eu-west-1
    profile: "team"
    role_arn: arn:aws:iam::123456789012:role/pull
    external_id: "12"
    audience: octroi
  "*.lab.example.com": {anonymous: true}
  "[::1]:5000": {}
  ghcr.io:
    inner_helper: pass
  plain.example.com:
    plaintext: true
inner_helper: osxkeychain
`

func TestParse(t *testing.T) {
	f, err := configfile.Parse("f", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := hosts.Config{InnerHelper: "osxkeychain", Entries: []hosts.Entry{
		{Host: "public.ecr.aws"},
		{Host: "registry.example.com:8787", Endpoint: "https://api.example.com", Region: "eu-west-1", Profile: "team",
			RoleARN: "arn:aws:iam::123456789012:role/pull", ExternalID: "12", Audience: "octroi"},
		{Host: "*.lab.example.com", Anonymous: true}, {Host: "[::1]:5000"}, {Host: "ghcr.io", InnerHelper: "pass"},
		{Host: "plain.example.com", Plaintext: true},
	}}
	if diff := cmp.Diff(want, f.Config); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "{}", "null\n", "hosts:\n", "hosts: {}\n"} {
		if f, err := configfile.Parse("f", []byte(text)); err != nil || !cmp.Equal(f.Config, hosts.Config{}) {
			t.Errorf("%q: %+v %v", text, f.Config, err)
		}
	}
}

// Every refusal says the line and what to do.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"[]":                                 "f:1: the file must be a mapping",
		"x":                                  "f:1: the file must be a mapping",
		"host:\n":                            `f:1: unknown key "host"`,
		"hosts: []":                          "f:1: hosts must be a mapping",
		"hosts: x":                           "f:1: hosts must be a mapping",
		"hosts:\n  a.b: x":                   "f:2: host a.b must be a mapping",
		"hosts:\n  a.b:\n    profil: x":      `f:3: unknown key "profil"`,
		"hosts:\n  a.b:\n    profile: 1":     "f:3: profile must be a text: write the value in quotes",
		"hosts:\n  a.b:\n    profile: [x]":   "f:3: profile must be a text",
		"hosts:\n  a.b:\n    profile:":       "f:3: profile must be a text",
		"hosts:\n  a.b:\n    profile: ''":    "f:3: profile is empty",
		"hosts:\n  a.b:\n    anonymous: yes": "f:3: anonymous must be true or false",
		"hosts:\n  a.b:\n    anonymous: \"true\"":                 "f:3: anonymous must be true or false",
		"hosts:\n  a.b:\n    anonymous: True":                     "f:3: anonymous must be true or false",
		"hosts:\n  a.b:\n    profile: x\n    profile: y":          `f:4: the key "profile" is there twice, first in line 3`,
		"hosts:\n  a.b:\n  a.b:":                                  `f:3: the key "a.b" is there twice`,
		"hosts:\nhosts:":                                          `f:2: the key "hosts" is there twice`,
		"hosts:\n  a.b: &x {}\n  c.d: *x":                         "f:2: anchors and aliases are not understood",
		"hosts:\n  a.b: !!map {}":                                 "f:2: tags are not understood",
		"hosts:\n  a.b:\n    <<: {profile: x}":                    "f:3: merges are not understood",
		"hosts:\n  1:\n":                                          `f:2: the key "1" is no text`,
		"hosts:\n---\nhosts:":                                     "a second document begins here",
		"hosts:\n...\n---\n":                                      "a second document begins here",
		"\thosts:":                                                "this is no YAML",
		"hosts: {":                                                "this is no YAML",
		"hosts:\n  A.b:":                                          `f:2: host "A.b": write it as a.b`,
		"hosts:\n  https://a.b:":                                  `f:2: host "https://a.b": `,
		"hosts:\n  a.b/c:":                                        `f:2: host "a.b/c": not a registry host`,
		"hosts:\n  \"*\":":                                        `f:2: host "*": not a pattern`,
		"hosts:\n  a.b:\n    endpoint: http://c.d":                `f:2: host "a.b": refuses to send a login over plaintext`,
		"hosts:\n  123456789012.dkr.ecr.us-east-1.amazonaws.com:": `f:2: host "123456789012.dkr.ecr.us-east-1.amazonaws.com": is a host of Amazon's`,
		"inner_helper: octroi":                                    "f:1: the inner helper cannot be octroi itself",
		"inner_helper: ../x":                                      "f:1: the inner helper",
		"hosts:\n  a.b: \x00":                                     "f:2: it holds a NUL",
	} {
		f, err := configfile.Parse("f", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
		if !cmp.Equal(f.Config, hosts.Config{}) {
			t.Errorf("%q: something was taken: %+v", text, f.Config)
		}
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	environ := func(name string) (string, bool) { return path, name == "OCTROI_CONFIG" }
	if f, err := configfile.Read(environ); err != nil || f.Data != nil || f.Path != path || f.From != "OCTROI_CONFIG" {
		t.Fatal(f, err)
	}
	if err := os.WriteFile(path, []byte("hosts:\n  a.example.com:\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := configfile.Read(environ); err != nil || len(f.Config.Entries) != 1 {
		t.Fatal(f, err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := configfile.Read(environ); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
		t.Error(err)
	}
}

func TestExplain(t *testing.T) {
	f, err := configfile.Parse("f", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	values := func(name string) map[string]string {
		all, err := f.Explain(hosts.Host{Name: name, Scheme: "https"})
		if err != nil {
			t.Fatal(name, err)
		}
		got := map[string]string{}
		for _, v := range all {
			got[v.Name] = v.Value + " (" + v.From + ")"
		}
		return got
	}
	got := values("registry.example.com:8787")
	if got["profile"] != "team (f:7)" || got["endpoint"] != "https://api.example.com (f:5)" || got["host"] != "registry.example.com:8787 (f:4)" {
		t.Error(got)
	}
	if got := values("x.lab.example.com"); got["anonymous"] != "true (f:11)" {
		t.Error(got)
	}
	if got := values("ecr-public.aws.com"); !strings.HasPrefix(got["host"], "ecr-public.aws.com (built in") || !strings.HasPrefix(got["endpoint"], "Amazon's (not said") {
		t.Error(got)
	}
	exact, patterns := f.Exact()
	want := []string{"public.ecr.aws", "ecr-public.aws.com", "registry.example.com:8787", "[::1]:5000", "plain.example.com"}
	if diff := cmp.Diff(want, exact); diff != "" || patterns != nil {
		t.Error(diff, patterns)
	}
}

func TestWithInner(t *testing.T) {
	for before, want := range map[string]string{
		"":               "inner_helper: pass\n",
		"hosts:\n  a.b:": "hosts:\n  a.b:\ninner_helper: pass\n",
		"inner_helper: old # x\nhosts:\n  a.b:\n": "inner_helper: pass\nhosts:\n  a.b:\n",
		"# kept\nhosts:\n  a.b:\n":                "# kept\nhosts:\n  a.b:\ninner_helper: pass\n",
		"{hosts: {a.b: {}}}":                      "",
		"hosts:\n  a.b:\n...\n":                   "",
	} {
		f, err := configfile.Parse("f", []byte(before))
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.WithInner("pass")
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", before, got, err)
		}
	}
	if _, err := (configfile.File{}).WithInner("octroi"); err == nil {
		t.Error("octroi inside octroi")
	}
}

// FuzzParse: what is read passes the check of package hosts, and comes back the same through its compiled form.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	for _, seed := range []string{"hosts: {a.b: {profile: x}}", "hosts:\n  a.b: &x {}\n", "---\n---\n", "inner_helper: x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := configfile.Parse("f", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		compiled, err := hosts.Compile(read.Config, data)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		again, err := hosts.Decompile(compiled, data)
		if err != nil || !cmp.Equal(again, read.Config) {
			t.Errorf("%q: %+v %v", data, again, err)
		}
	})
}
