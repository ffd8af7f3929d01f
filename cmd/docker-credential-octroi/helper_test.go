package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// public is a configuration in which Amazon's public registry is the test's service.
func public(s *service) string {
	return fmt.Sprintf("hosts:\n  public.ecr.aws:\n    endpoint: %s\n", s.URL)
}

// TestHostileGet is C01 to C12 through the whole program: what is not exactly the host is asked of nobody.
func TestHostileGet(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	for _, text := range []string{
		"public.ecr.aws.evil.com", "a.public.ecr.aws", "https://public.ecr.aws@evil.com", "evil.com/public.ecr.aws", "public.ecr.aws:5000",
		"public.ecr.aws\n.evil.com", "evil.com\npublic.ecr.aws", "evil.com\r\npublic.ecr.aws", "evil.com\rpublic.ecr.aws", "public.ecr.aws\u2028", "public.ecr.aws\v",
		"public.ecr.aws\x00.evil.com", "\x1b[31mpublic.ecr.aws", "%70ublic.ecr.aws", "\u0440ublic.ecr.aws", "http://public.ecr.aws",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.com", "public.ecr.aws\n\n",
	} {
		w.do("get", text).notFound(t, text)
	}
	if s.calls != 0 {
		t.Fatal(s.calls, "calls")
	}
	for _, text := range []string{"public.ecr.aws", "https://public.ecr.aws", "public.ecr.aws/", "PUBLIC.ECR.AWS", "public.ecr.aws:443"} {
		if secret, r := w.get(text); secret != "token-1-of-AKIAEXAMPLEEXAMPLE2A" {
			t.Errorf("C01 %s: %+v", text, r)
		}
	}
	if r := w.do("get", "http://public.ecr.aws"); !strings.Contains(r.stderr, "plaintext") {
		t.Errorf("C11: %q", r.stderr)
	}
}

// TestHostileInput is C13.
func TestHostileInput(t *testing.T) {
	w := newWorld(t, "")
	if r := w.do("get", ""); r.code != 1 || r.stdout != "no credentials server URL\n" {
		t.Errorf("C13: %+v", r)
	}
	for name, input := range map[string]io.Reader{
		"64 KiB and one": strings.NewReader(strings.Repeat("a", 64<<10+1)), "10 MiB": strings.NewReader(strings.Repeat("a", 10<<20)), "never-ending": endless{},
	} {
		r := w.run(w.command("docker-credential-octroi", []string{"get"}, input))
		r.notFound(t, name)
		if r.took > 2*time.Second || r.rss > 32 {
			t.Errorf("C13 %s: %v, %d MiB", name, r.took, r.rss)
		}
	}
	if testing.Short() {
		return
	}
	silent, keepOpen, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer keepOpen.Close()
	r := w.run(w.command("docker-credential-octroi", []string{"get"}, silent))
	if r.notFound(t, "silent"); r.took > 6*time.Second {
		t.Errorf("C13 silent: %v", r.took)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "public.ecr.aws"), nil }

// TestHostileVerbs is C34.
func TestHostileVerbs(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	login := `{"ServerURL":"public.ecr.aws","Username":"AWS","Secret":"` + canary + `"}`
	if r := w.do("store", login); r.code != 0 || r.stdout != "" {
		t.Errorf("C34: %+v", r)
	}
	for _, path := range w.cache("*") {
		if data, _ := os.ReadFile(path); strings.Contains(string(data), canary) {
			t.Errorf("C34: stored in %s", path)
		}
	}
	w.get("public.ecr.aws")
	if r := w.do("erase", "public.ecr.aws"); r.code != 0 || r.stdout != "" || len(w.cache("i-*")) != 0 {
		t.Errorf("C34: %+v, %v", r, w.cache("i-*"))
	}
	if secret, _ := w.get("public.ecr.aws"); secret != "token-2-of-AKIAEXAMPLEEXAMPLE2A" {
		t.Error("after erase the old login is lent:", secret)
	}
	if r := w.do("store", "{"); r.code != 1 {
		t.Errorf("C34: %+v", r)
	}
	for _, args := range [][]string{{}, {"get", "x", "y"}, {"what\n"}} {
		if r := w.run(w.command("docker-credential-octroi", args, strings.NewReader("public.ecr.aws"))); r.code != 1 || r.stdout != "" || r.stderr == "" {
			t.Errorf("C34 %q: %+v", args, r)
		}
	}
}

// TestHostileList is C33: each sees what it could get from the cache, and no secret.
func TestHostileList(t *testing.T) {
	s, other := newService(t), newService(t)
	w := newWorld(t, fmt.Sprintf("hosts:\n  %s: {}\n  %s: {}\n", s.host, other.host))
	b := []string{"AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE2B"}
	w.get(s.host)
	w.get(s.host)
	w.get(other.host, b...)
	calls := s.calls + other.calls
	for want, r := range map[string]result{
		`{"` + s.host + `":"AWS"}`: w.do("list", ""), `{"` + other.host + `":"AWS"}`: w.do("list", "", b...), "{}": w.do("list", "", "AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE2C"),
	} {
		if r.code != 0 || r.stdout != want+"\n" {
			t.Errorf("C33: want %s, %+v", want, r)
		}
	}
	if s.calls+other.calls != calls {
		t.Error("C33: list asks")
	}
	if files := w.cache("i-*"); len(files) != 2 {
		t.Error("C33:", files)
	}
}

// TestInner: hosts of others are another helper's.
func TestInner(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s)+"  special.example.com: {inner_helper: second}\n  open.example.com: {anonymous: true}\ninner_helper: first\n")
	w.env["PATH"] = filepath.Join(w.home, "bin") + ":" + w.env["PATH"]
	for _, name := range []string{"first", "second"} {
		w.write("bin/docker-credential-"+name, `#!/bin/sh
read -r line
case $1 in
get) case $line in missing*) echo "credentials not found in native keychain"; exit 1;; esac
	echo '{"ServerURL":"'"$line"'","Username":"`+name+`","Secret":"x"}' ;;
list) echo '{"https://index.docker.io/v1/":"`+name+`"}' ;;
*) echo "`+name+` $1 $line" >>$HOME/seen ;;
esac
`, 0o700)
	}
	for host, want := range map[string]string{"https://index.docker.io/v1/": "first", "ghcr.io": "first", "special.example.com": "second"} {
		if r := w.do("get", host); r.code != 0 || !strings.Contains(r.stdout, `"Username":"`+want+`"`) {
			t.Errorf("%s: %+v", host, r)
		}
	}
	w.do("get", "missing.example.com").notFound(t, "missing")
	if r := w.do("get", "open.example.com"); r.stderr != "" {
		t.Errorf("anonymous: %+v", r)
	} else {
		r.notFound(t, "anonymous")
	}
	if secret, r := w.get("public.ecr.aws"); secret == "" {
		t.Errorf("ours: %+v", r)
	}
	w.do("store", `{"ServerURL":"ghcr.io","Username":"u","Secret":"p"}`)
	w.do("erase", "ghcr.io")
	w.do("store", `{"ServerURL":"public.ecr.aws","Username":"u","Secret":"p"}`)
	seen, _ := os.ReadFile(filepath.Join(w.home, "seen"))
	if want := "first store {\"ServerURL\":\"ghcr.io\",\"Username\":\"u\",\"Secret\":\"p\"}\nfirst erase ghcr.io\n"; string(seen) != want {
		t.Errorf("%q", seen)
	}
	var all map[string]string
	if err := json.Unmarshal([]byte(w.do("list", "").stdout), &all); err != nil || len(all) != 2 || all["public.ecr.aws"] != "AWS" {
		t.Error(all, err)
	}
	w.write("bin/docker-credential-first", "#!/bin/sh\nexec docker-credential-octroi \"$@\"\n", 0o700)
	if r := w.do("get", "ghcr.io"); r.code != 1 || !strings.Contains(r.stderr, "calls octroi again") {
		t.Errorf("a circle: %+v", r)
	}
}

// TestCause: what is wrong is said in one line with what to do, and docker goes on.
func TestCause(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	for want, change := range map[string]func() result{
		"Unable to locate credentials": func() result {
			return w.do("get", "public.ecr.aws", "AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", "")
		},
		"no entry for this host": func() result { return w.do("get", "registry.example.com") },
		"could not be found": func() result {
			w.write(".config/octroi/config.yaml", "hosts:\n  public.ecr.aws: {profile: nobody}\n", 0o600)
			return w.do("get", "public.ecr.aws")
		},
		"config.yaml:1": func() result {
			w.write(".config/octroi/config.yaml", "host:\n", 0o600)
			return w.do("get", "public.ecr.aws")
		},
		"chmod go-w": func() result {
			w.write(".config/octroi/config.yaml", "", 0o600)
			os.Chmod(filepath.Join(w.home, ".config/octroi/config.yaml"), 0o666)
			defer os.Chmod(filepath.Join(w.home, ".config/octroi/config.yaml"), 0o600)
			return w.do("get", "public.ecr.aws")
		},
	} {
		r := change()
		if r.notFound(t, want); !strings.Contains(r.stderr, want) {
			t.Errorf("want %s: %q", want, r.stderr)
		}
		w.write(".config/octroi/config.yaml", public(s), 0o600)
	}
	if r := w.do("get", "https://index.docker.io/v1/"); r.stderr != "" {
		t.Errorf("Docker Hub: %q", r.stderr)
	}
}

// TestHostileCacheFolder is C27 through the program: one warning, and an answer.
func TestHostileCacheFolder(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	w.write(".cache/octroi/x", "", 0o600)
	if err := os.Chmod(filepath.Join(w.home, ".cache/octroi"), 0o777); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		secret, r := w.get("public.ecr.aws")
		if secret == "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "the cache is not used") {
			t.Errorf("C27: %+v", r)
		}
		if s.asked() != n+1 || len(w.cache("*")) != 1 {
			t.Error("C27: it is used all the same:", s.asked(), w.cache("*"))
		}
	}
}
