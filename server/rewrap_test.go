package server_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// H14: a change of the root key that ends after any of its steps leaves a service that runs on and starts again, and the
// same command completes it.
func TestHostileH14(t *testing.T) {
	type steps struct {
		data string
		next *store.RootKey
	}
	beside := func(s steps) { mustDo(t, s.next.WriteFile(filepath.Join(s.data, "root.key.next"))) }
	seal := func(s steps) {
		opened, err := server.OpenStore(t.Context(), s.data)
		mustDo(t, err)
		_, err = opened.Rewrap(t.Context(), s.next)
		mustDo(t, err)
		mustDo(t, opened.Close())
	}
	retire := func(s steps) {
		root, err := store.ReadRootKey(filepath.Join(s.data, "root.key"))
		mustDo(t, err)
		mustDo(t, root.WriteFile(filepath.Join(s.data, "root.key."+root.ID())))
	}
	for name, done := range map[string][]func(steps){
		"nothing": {}, "the new key": {beside}, "the transaction": {beside, seal}, "the old key's second name": {beside, seal, retire},
	} {
		t.Run("cut off after "+name, func(t *testing.T) {
			s := servertest.Start(t)
			user := s.AddUser("ci", servertest.ToLogIn())
			password, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret)
			mustDo(t, err)
			works := func(when string) {
				t.Helper()
				if _, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret); err != nil {
					t.Errorf("%s no token: %v", when, err)
				}
				if err := openRegistry(s.Host, password).ping(); err != nil {
					t.Errorf("%s an old token is refused: %v", when, err)
				}
			}
			next, err := store.NewRootKey([32]byte{byte(len(done)), 1})
			mustDo(t, err)
			for _, do := range done {
				do(steps{s.Data, next})
			}
			works("while serving")
			s.Restart()
			works("after a restart")
			r, err := server.RootKeys{}.Rewrap(t.Context(), s.Data)
			mustDo(t, err)
			if len(done) > 0 && r.New != next.ID() {
				t.Errorf("sealed with %s, and not with %s, which was begun", r.New, next.ID())
			}
			works("when it is completed")
			s.Restart()
			works("after the last restart")
			if text, err := os.ReadFile(r.Retired); err != nil || len(text) != 65 {
				t.Errorf("the old key: %v", err)
			}
			if _, err := os.Stat(filepath.Join(s.Data, "root.key.next")); err == nil {
				t.Error("the new key has two names")
			}
			v, err := server.RootKeys{}.AuditVerifier(t.Context(), s.Data)
			mustDo(t, err)
			if _, err := v.Verify(); err != nil {
				t.Errorf("the audit log: %v", err)
			}
		})
	}
}

// The real command is killed at any moment, beside a service that is asked all the time: not one request is refused.
func TestKilledRewrap(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	p, s := build(t), servertest.Start(t)
	user := s.AddUser("ci", servertest.ToLogIn())
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var asked int
	all.Go(func() {
		for ctx.Err() == nil {
			if _, _, err := getToken(context.WithoutCancel(ctx), s.Host, user.ID, user.Secret); err != nil {
				t.Errorf("request %d: %v", asked, err)
			}
			asked++
		}
	})
	killed, before := 0, len(retired(t, s.Data))
	for range 25 {
		c := exec.Command(p.path, "keyring", "rewrap", "--data", s.Data)
		mustDo(t, c.Start())
		time.AfterFunc(time.Duration(rand.IntN(120))*time.Millisecond, func() { c.Process.Kill() })
		if c.Wait() != nil {
			killed++
		}
		fresh, err := server.OpenStore(t.Context(), s.Data)
		mustDo(t, err)
		if _, err := fresh.TokenKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustDo(t, fresh.Close())
	}
	stop()
	all.Wait()
	if text, err := exec.Command(p.path, "keyring", "rewrap", "--data", s.Data).CombinedOutput(); err != nil {
		t.Errorf("in the end: %v: %s", err, text)
	}
	s.Restart()
	if _, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret); err != nil {
		t.Error(err)
	}
	t.Logf("%d of 25 were killed, %d keys were retired, %d requests meanwhile", killed, len(retired(t, s.Data))-before, asked)
	if asked == 0 {
		t.Error("nobody asked: the test proves nothing")
	}
}

func retired(t *testing.T, data string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "root.key.*"))
	mustDo(t, err)
	return found
}

// A key from a variable: two places are refused, the process's environment does not show it, and another takes its place
// while the service runs, which was given both.
func TestRootKeyFromTheEnvironment(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	p, data := build(t), filepath.Join(t.TempDir(), "data")
	const one, two = "0101010101010101010101010101010101010101010101010101010101010101", "0202020202020202020202020202020202020202020202020202020202020202"
	t.Setenv(server.RootKeyVariable, one)
	t.Setenv(server.NextRootKeyVariable, two)
	s := p.serve(t, data)
	if _, err := os.Stat(filepath.Join(data, "root.key")); err == nil {
		t.Error("a key was written, though one is given")
	}
	shown, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", s.command.Process.Pid))
	if err == nil && (bytes.Contains(shown, []byte(one)) || bytes.Contains(shown, []byte(two)) || !bytes.Contains(shown, []byte("PATH="))) {
		t.Errorf("the environment that the system shows: %q", shown)
	}
	run := func(want string, args ...string) {
		t.Helper()
		text, err := exec.Command(p.path, append(args, "--data", data)...).CombinedOutput()
		if !strings.Contains(string(text), want) || bytes.Contains(text, []byte(one)) {
			t.Errorf("octroid %s: %v: %s", strings.Join(args, " "), err, text)
		}
	}
	run(server.Administrator, "user", "list")
	run(server.RootKeyVariable, "config")
	run("sealed ", "keyring", "rewrap")
	run("already", "keyring", "rewrap")
	run(server.Administrator, "user", "list")
	credentials := strings.Fields(readFile(t, filepath.Join(data, "credentials")))
	if _, _, err := getToken(t.Context(), s.host, credentials[3], credentials[6]); err != nil {
		t.Errorf("the service that was given both: %v", err)
	}
	s.kill()
	os.Unsetenv(server.NextRootKeyVariable)
	run("does not open this secret", "user", "list") // with the old one alone
	t.Setenv(server.RootKeyVariable, two)
	run(server.Administrator, "user", "list")
	mustDo(t, os.WriteFile(filepath.Join(data, "root.key"), []byte(two+"\n"), 0o600))
	run("the root key is given more than once", "user", "list")
	t.Setenv(server.RootKeyVariable, "no key")
	run("OCTROID_ROOT_KEY does not hold 64 hexadecimal digits", "user", "list")
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
