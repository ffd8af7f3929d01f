package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	helperLatency  = 200 * time.Millisecond // of the service, as one on another continent
	helperPatience = 35 * time.Second       // how long a helper is waited for
)

// helper is a docker credential helper of the table, with a home of its own.
type helper struct {
	name, path, home string
	service          *lender
}

// lender is a service that gives tokens as it is told to.
type lender struct {
	*listening
	asked  atomic.Int64
	delay  atomic.Int64
	life   atomic.Int64
	status atomic.Int64
}

func openLender() (*lender, error) {
	l := &lender{}
	l.life.Store(int64(12 * time.Hour))
	l.status.Store(http.StatusOK)
	var err error
	l.listening, err = listen(l)
	return l, err
}

func (l *lender) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if bytes.Contains(body, []byte("GetCallerIdentity")) {
		io.WriteString(w, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/pull/botocore-session-1</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>")
		return
	}
	l.asked.Add(1)
	select {
	case <-time.After(time.Duration(l.delay.Load())):
	case <-r.Context().Done():
		return
	}
	if status := int(l.status.Load()); status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	json.NewEncoder(w).Encode(map[string]any{"authorizationData": map[string]any{
		"authorizationToken": base64.StdEncoding.EncodeToString([]byte("AWS:" + strings.Repeat("x", 900))),
		"expiresAt":          float64(time.Now().Add(time.Duration(l.life.Load())).Unix()),
	}})
}

// helperTable compares docker-credential-octroi with Amazon's helper, where that one is built.
func helperTable(out io.Writer, o options) (err error) {
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	folder, err := os.MkdirTemp("", "octroi-bench-")
	if err != nil {
		return err
	}
	opened.add(func() error { return os.RemoveAll(folder) })
	var helpers []*helper
	for name, path := range map[string]string{"octroi": filepath.Join(filepath.Dir(o.command), "docker-credential-octroi"), "ecr-login 0.12": "bin/tools/docker-credential-ecr-login"} {
		h := &helper{name: name, home: filepath.Join(folder, name)}
		if h.path, err = filepath.Abs(path); err != nil {
			return err
		}
		if _, err := os.Stat(h.path); err != nil {
			fmt.Fprintf(out, "%s: skipped: not built (%s)\n", name, path)
			continue
		}
		if h.service, err = openLender(); err != nil {
			return err
		}
		opened.add(h.service.Close)
		if helpers = append(helpers, h); name == "octroi" {
			helpers[0], helpers[len(helpers)-1] = h, helpers[0]
		}
	}
	if err := warmTable(out, o, folder, helpers); err != nil {
		return err
	}
	return hardTable(out, helpers)
}

// environ is a helper's, with a new home for each case.
func (h *helper) environ(name string, more ...string) []string {
	return append([]string{
		"HOME=" + filepath.Join(h.home, name), "PATH=" + os.Getenv("PATH"), "AWS_ENDPOINT_URL_ECR_PUBLIC=http://" + h.service.address, "AWS_REGION=us-east-1",
	}, more...)
}

func key(n int) []string {
	return []string{fmt.Sprintf("AWS_ACCESS_KEY_ID=ASIAEXAMPLE%09d", n), "AWS_SECRET_ACCESS_KEY=for-the-bench-only", fmt.Sprint("AWS_SESSION_TOKEN=t", n), "AWS_EC2_METADATA_DISABLED=true"}
}

// get runs the helper once, and says what it answered.
func (h *helper) get(environ []string) (lent bool, took time.Duration) {
	c := exec.Command(h.path, "get")
	c.Env, c.Stdin, c.WaitDelay = environ, strings.NewReader("public.ecr.aws"), time.Second
	var output bytes.Buffer
	c.Stdout = &output
	began := time.Now()
	if os.MkdirAll(strings.TrimPrefix(environ[0], "HOME="), 0o700) != nil || c.Start() != nil {
		return false, 0
	}
	end := time.AfterFunc(helperPatience, func() { c.Process.Kill() })
	err := c.Wait()
	end.Stop()
	return err == nil && strings.Contains(output.String(), `"Secret"`), time.Since(began)
}

// warmTable is what docker waits for at every pull.
func warmTable(out io.Writer, o options, folder string, helpers []*helper) error {
	input := filepath.Join(folder, "input")
	if err := os.WriteFile(input, []byte("public.ecr.aws"), 0o600); err != nil {
		return err
	}
	hello, err := build(folder, "hello")
	if err != nil {
		return err
	}
	l, err := newLauncher(folder)
	if err != nil {
		return err
	}
	sides := []*measured{{name: "Go hello-world", path: hello, runs: 20, peak: map[bool][]int64{}}}
	environs := [][]string{nil}
	for _, h := range helpers {
		environ := append(h.environ("warm", key(1)...), "LAUNCH_STDIN="+input)
		if lent, _ := h.get(environ); !lent {
			return fmt.Errorf("%s gives no login", h.name)
		}
		sides = append(sides, &measured{name: h.name, path: h.path, runs: 20, peak: map[bool][]int64{}})
		environs = append(environs, environ)
	}
	for i, side := range sides { // copied, as programs are installed: a linker leaves a file that is slower to start
		text, err := os.ReadFile(side.path)
		if err == nil {
			side.path = filepath.Join(folder, fmt.Sprint("installed-", i))
			err = os.WriteFile(side.path, text, 0o700)
		}
		if err != nil {
			return err
		}
	}
	for range 3 * o.rounds {
		for i, side := range sides {
			l.environment = environs[i]
			side.args = func(string) []string { return []string{"get"} }
			if err := l.round(side, nil, false); err != nil {
				return fmt.Errorf("%s: %w", side.name, err)
			}
		}
	}
	fmt.Fprintf(out, "%-28s %9s %7s  %8s  %8s\n", "A login from the cache", "wall", "ratio", "peak MB", "size MB")
	for _, side := range sides {
		info, err := os.Stat(side.path)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-28s %6.1f ms %7.2f  %8.1f  %8.1f\n", side.name, milli(median(side.wall)), ratioOf(side.wall, sides[0].wall),
			megabytes(side.peak[false]), float64(info.Size())/1e6)
	}
	return nil
}

// hardTable is the cases in which a helper can go wrong. The helpers take turns, but for the service that hangs.
func hardTable(out io.Writer, helpers []*helper) error {
	hole, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
	if err != nil {
		return err
	}
	defer hole.Close()
	cases := []struct {
		name string
		run  func(h *helper) string
	}{
		{"50 at once, nothing cached", func(h *helper) string { return h.cold(50) }},
		{"40 session keys of a role", (*helper).rotated},
		{"no credentials, a black hole", func(h *helper) string {
			lent, took := h.get(h.environ("hole", "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://"+hole.Addr().String()+"/"))
			return fmt.Sprintf("%.1f s%s", took.Seconds(), map[bool]string{true: ", a login"}[lent])
		}},
		{"500, and an expired token", (*helper).expired},
		{"a service that hangs", (*helper).hanging},
	}
	fmt.Fprintf(out, "\n%-30s", "")
	for _, h := range helpers {
		fmt.Fprintf(out, " %-24s", h.name)
	}
	fmt.Fprintln(out)
	for _, c := range cases {
		said := make([]string, len(helpers))
		var all sync.WaitGroup
		for i, h := range helpers {
			all.Go(func() { said[i] = c.run(h) })
			if c.name != "a service that hangs" {
				all.Wait()
			}
		}
		all.Wait()
		fmt.Fprintf(out, "%-30s", c.name)
		for _, s := range said {
			fmt.Fprintf(out, " %-24s", s)
		}
		fmt.Fprintln(out)
	}
	return nil
}

func (h *helper) cold(n int) string {
	h.service.asked.Store(0)
	h.service.delay.Store(int64(helperLatency))
	defer h.service.delay.Store(0)
	var all sync.WaitGroup
	var lent atomic.Int64
	began := time.Now()
	for range n {
		all.Go(func() {
			if ok, _ := h.get(h.environ("cold", key(1)...)); ok {
				lent.Add(1)
			}
		})
	}
	all.Wait()
	return fmt.Sprintf("%d calls, %d logins, %.1f s", h.service.asked.Load(), lent.Load(), time.Since(began).Seconds())
}

func (h *helper) rotated() string {
	h.service.asked.Store(0)
	for n := range 40 {
		h.get(h.environ("rotated", key(n)...))
	}
	return fmt.Sprintf("%d calls", h.service.asked.Load())
}

func (h *helper) expired() string {
	h.service.life.Store(int64(2 * time.Second))
	environ := h.environ("expired", key(1)...)
	h.get(environ)
	time.Sleep(2500 * time.Millisecond)
	h.service.status.Store(http.StatusInternalServerError)
	lent, took := h.get(environ)
	h.service.status.Store(http.StatusOK)
	h.service.life.Store(int64(12 * time.Hour))
	return fmt.Sprintf("%s, %.1f s", map[bool]string{true: "the expired token", false: "not found"}[lent], took.Seconds())
}

func (h *helper) hanging() string {
	h.service.delay.Store(int64(time.Hour))
	defer h.service.delay.Store(0)
	_, took := h.get(h.environ("hanging", key(1)...))
	if took >= helperPatience {
		return fmt.Sprintf("more than %.0f s", helperPatience.Seconds())
	}
	return fmt.Sprintf("not found, %.0f s", took.Seconds())
}
