package main_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// programs is the folder with the real binaries, built once.
var programs string

func TestMain(m *testing.M) { os.Exit(mainWithPrograms(m)) }

func mainWithPrograms(m *testing.M) int {
	folder, err := os.MkdirTemp("", "octroi-programs-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	build := exec.Command("go", "build", "-trimpath", "-o", folder+"/", ".", "../octroi")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the programs: %v\n%s", err, text)
		return 1
	}
	if err := os.Symlink("docker-credential-octroi", filepath.Join(folder, "octroi-credential-provider")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	programs = folder
	return m.Run()
}

const canary = "secretcanarysecretcanarysecretcanary0000"

// service answers as AWS does: tokens, and whose a key is. An access key AKIA...A is user A's; every ASIA... key is a
// new session of the role pull.
type service struct {
	*httptest.Server
	host    string
	mu      sync.Mutex
	tokens  int // asked for
	calls   int // of all kinds
	forms   []url.Values
	life    time.Duration
	delay   time.Duration
	status  int // other than 200: refuses tokens
	release chan struct{}
}

func newService(t *testing.T) *service {
	s := &service{life: 12 * time.Hour, status: http.StatusOK, release: make(chan struct{})}
	s.Server = httptest.NewServer(s)
	s.host = strings.TrimPrefix(s.URL, "http://")
	t.Cleanup(func() { close(s.release); s.CloseClientConnections(); s.Close() })
	return s
}

func (s *service) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *service) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

func keyOf(r *http.Request) string {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(rest, "/")
	return key
}

func arnOf(key string) string {
	if strings.HasPrefix(key, "ASIA") {
		return "arn:aws:sts::123456789012:assumed-role/pull/botocore-session-" + key[4:]
	}
	return "arn:aws:iam::123456789012:user/" + key[len(key)-1:]
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	s.mu.Lock()
	s.calls++
	delay, status, life := s.delay, s.status, s.life
	if r.Header.Get("X-Amz-Target") != "" {
		s.tokens++
	} else {
		s.forms = append(s.forms, form)
	}
	n := s.tokens
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-s.release:
	}
	switch action := form.Get("Action"); {
	case action == "GetCallerIdentity":
		fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`, arnOf(keyOf(r)))
	case strings.HasPrefix(action, "AssumeRole"):
		fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/pull/%[2]s</Arn></AssumedRoleUser><Credentials>`+
			`<AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
			action, form.Get("RoleSessionName"), time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	case status != http.StatusOK:
		w.WriteHeader(status)
	default:
		token := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "AWS:token-%d-of-%s", n, keyOf(r)))
		json.NewEncoder(w).Encode(map[string]any{"authorizationData": map[string]any{
			"authorizationToken": token, "expiresAt": float64(time.Now().Add(life).UnixMilli()) / 1000,
		}})
	}
}

// world is a user's home and environment.
type world struct {
	t    *testing.T
	home string
	env  map[string]string
}

func newWorld(t *testing.T, config string) *world {
	w := &world{t, t.TempDir(), map[string]string{
		"PATH": programs + ":" + os.Getenv("PATH"), "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE2A", "AWS_SECRET_ACCESS_KEY": canary,
	}}
	w.env["HOME"] = w.home
	w.write(".config/octroi/config.yaml", config, 0o600)
	return w
}

func (w *world) write(name, text string, mode os.FileMode) {
	w.t.Helper()
	path := filepath.Join(w.home, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), mode)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) cache(pattern string) []string {
	all, err := filepath.Glob(filepath.Join(w.home, ".cache/octroi", pattern))
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// result is what a run of a program left.
type result struct {
	stdout, stderr string
	code           int
	took           time.Duration
	rss            int64 // MiB
}

func (w *world) environ(more ...string) (all []string) {
	merged := map[string]string{}
	for name, value := range w.env {
		merged[name] = value
	}
	for i := 0; i < len(more); i += 2 {
		merged[more[i]] = more[i+1]
	}
	for name, value := range merged {
		all = append(all, name+"="+value)
	}
	return all
}

func (w *world) command(name string, args []string, stdin io.Reader, more ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(programs, name), args...)
	c.Stdin, c.Env = stdin, w.environ(more...)
	c.WaitDelay = time.Second
	return c
}

func (w *world) run(c *exec.Cmd) result {
	w.t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	began := time.Now()
	err := c.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay) {
		w.t.Errorf("%v: %v", c.Args, err)
		return result{code: -1}
	}
	for _, text := range []string{stdout.String(), stderr.String()} {
		if strings.Contains(text, canary) {
			w.t.Errorf("C36: the secret is in %q", text)
		}
	}
	return result{stdout.String(), stderr.String(), c.ProcessState.ExitCode(), time.Since(began),
		c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10}
}

func (w *world) do(verb, stdin string, more ...string) result {
	w.t.Helper()
	return w.run(w.command("docker-credential-octroi", []string{verb}, strings.NewReader(stdin), more...))
}

// get is the login for a host, or "" with the result.
func (w *world) get(host string, more ...string) (secret string, r result) {
	w.t.Helper()
	r = w.do("get", host, more...)
	var login struct{ ServerURL, Username, Secret string }
	if r.code == 0 {
		if err := json.Unmarshal([]byte(r.stdout), &login); err != nil || login.ServerURL != host || login.Username != "AWS" {
			w.t.Errorf("get %q: %q, %v", host, r.stdout, err)
		}
	}
	return login.Secret, r
}

// notFound checks that docker goes on without a login.
func (r result) notFound(t *testing.T, what string) {
	t.Helper()
	if r.code != 1 || r.stdout != "credentials not found in native keychain\n" {
		t.Errorf("%s: %+v", what, r)
	}
	if strings.Count(r.stderr, "\n") > 1 || strings.ContainsFunc(r.stderr, func(c rune) bool { return c < ' ' && c != '\n' || c > '~' }) {
		t.Errorf("%s: standard error is not one plain line: %q", what, r.stderr)
	}
}

// together runs n at once and waits.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

var background = context.Background()
