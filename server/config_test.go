package server_test

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

func TestHostileH16(t *testing.T) {
	s := servertest.Start(t)
	users, err := s.Store().Users(t.Context(), s.Account)
	if err != nil || len(users) != 1 || users[0].Name != server.Administrator {
		t.Fatalf("users of a fresh start: %+v, %v", users, err)
	}
	other := servertest.Start(t)
	one, two := readFile(t, filepath.Join(s.Data, "credentials")), readFile(t, filepath.Join(other.Data, "credentials"))
	if one == two || s.Account == other.Account {
		t.Error("two installations begin with the same key or account")
	}
	s.Restart()
	if again := readFile(t, filepath.Join(s.Data, "credentials")); again != one {
		t.Error("a second start hands another key over")
	}
	if keys, err := s.Store().AccessKeys(t.Context(), users[0]); err != nil || len(keys) != 1 {
		t.Errorf("keys: %+v, %v", keys, err)
	}
}

// H18: every file is this user's only, whatever the mode that its maker asked for.
func TestHostileH18(t *testing.T) {
	s := servertest.Start(t)
	user := s.AddUser("ci", servertest.ToLogIn(), s.On([]string{"ecr-public:*"}, "team/*"))
	password, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret)
	if err != nil {
		t.Fatal(err)
	}
	r := openRegistry(s.Host, password)
	if _, err := r.pushBlob(s.Alias+"/team/app", []byte("blob")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.do("POST", "/v2/"+s.Alias+"/team/app/blobs/uploads/", "", nil, 202); err != nil { // an open upload
		t.Fatal(err)
	}
	err = filepath.WalkDir(s.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", strings.TrimPrefix(path, s.Data), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHostileH19(t *testing.T) {
	for _, c := range []struct {
		listen string
		change func(*server.Config)
		want   string // empty: starts
	}{
		{"0.0.0.0:0", nil, "refusing to serve plaintext"}, {":0", nil, "refusing to serve plaintext"}, {"[::]:0", nil, "refusing to serve plaintext"},
		{"192.0.2.1:0", nil, "refusing to serve plaintext"}, {"example.com:0", nil, "refusing to serve plaintext"},
		{"localhost.example.com:0", nil, "refusing to serve plaintext"}, {"127.0.0.1.example.com:0", nil, "refusing to serve plaintext"},
		{"0.0.0.0:0", func(c *server.Config) { c.Insecure = true }, "say how clients reach the service"},
		{"127.0.0.1:0", func(c *server.Config) { c.TLSCert = "x" }, "TLS needs both files"},
		{"127.0.0.1", nil, "not host:port"}, {"", nil, "not host:port"},
		{"127.0.0.1:0", nil, ""}, {"localhost:0", nil, ""}, {"127.9.9.9:0", nil, ""},
		{"0.0.0.0:0", func(c *server.Config) { c.Insecure, c.ExternalURL = true, "http://registry.example" }, ""},
	} {
		config := server.Defaults()
		config.Data, config.Listen = filepath.Join(t.TempDir(), "data"), c.listen
		if c.change != nil {
			c.change(&config)
		}
		s, err := server.Start(t.Context(), config, slog.New(slog.DiscardHandler), nil)
		if s != nil {
			s.Shutdown(t.Context())
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.listen, err, c.want)
		}
		if _, stat := os.Stat(config.Data); c.want != "" && stat == nil {
			t.Errorf("%s: a start that was refused left a folder", c.listen)
		}
	}
}

func TestHostileH20(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown", "colour: blue\n", "there is no key colour"}, {"unknown inside", "registry:\n  anonymous: true\n", "there is no key anonymous"},
		{"in another case", "Listen: 127.0.0.1:0\n", "there is no key Listen"},
		{"twice", "listen: a\nlisten: b\n", "already defined"}, {"twice inside", "registry:\n  delete: true\n  delete: false\n", "already defined"},
		{"two documents", "listen: a\n---\nlisten: b\n", "more than one document"}, {"a trailing document", "listen: a\n---\n", "more than one document"},
		{"a list", "- a\n", "this is no block of keys"}, {"a word for a switch", "insecure: maybe\n", "maybe is no true or false"}, {"no YAML", "{", ""},
		{"merge", "a: &a {insecure: true}\n<<: *a\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "octroid.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		config := server.Defaults()
		if err := server.ReadConfig(path, &config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "octroid.yaml")
	if err := os.WriteFile(path, []byte("listen: 127.0.0.1:1\nregistry:\n  delete: false\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := server.Defaults()
	if err := server.ReadConfig(path, &config); err != nil || config.Listen != "127.0.0.1:1" || config.Registry.Delete || !config.Registry.AnonymousPull {
		t.Errorf("got %+v, %v", config, err)
	}
	for _, mode := range []fs.FileMode{0o644, 0o660, 0o602} { // H17
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if err := server.ReadConfig(path, &config); err == nil || !strings.Contains(err.Error(), "can be read by others") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

// What is wrong in a file is said in the words of the file, and what to write instead.
func TestReadableConfigErrors(t *testing.T) {
	for text, want := range map[string]string{
		"colour: blue":                         "line 1: there is no key colour: octroid config shows all keys, with their values",
		"registry:\n  blue: true":              "line 2: there is no key blue: ",
		"limits: {headerTimeout: 10}":          "line 1: 10 is no time, as 30s, 10m or 24h",
		"limits: {blob: 10M}":                  `line 1: "10M" is no size, as 65536, 64KiB, 4MiB or 10GiB`,
		"limits: {page: many}":                 "line 1: many is no number",
		"registry: {delete: maybe}":            "line 1: maybe is no true or false",
		"hosts: {a: b}":                        "line 1: this is no list of texts",
		"limits: 10":                           "line 1: 10 is no block of keys",
		"limits: {page: many, tags: many}":     "line 1: many is no number; line 1: many is no number",
		"listen: 127.0.0.1:0\nlisten: 0.0.0.0": `mapping key "listen" already defined`,
	} {
		path := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c := server.Defaults()
		if err := server.ReadConfig(path, &c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
