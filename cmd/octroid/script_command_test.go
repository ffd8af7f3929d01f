package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveScript starts "octroid serve" on $DATA with the given flags, waits for it, and sets HOST and URL. It is stopped
// when the script ends.
func serveScript(ts *testscript.TestScript, neg bool, args []string) {
	address := filepath.Join(ts.Getenv("WORK"), "address")
	os.Remove(address)
	c := exec.Command(filepath.Join(programs, "octroid"), append([]string{
		"serve", "--data", ts.Getenv("DATA"), "--listen", "127.0.0.1:0", "--address-file", address}, args...)...)
	var output spoken
	c.Dir, c.Stdout, c.Stderr = ts.MkAbs("."), &output, &output
	ts.Check(c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	started := waitFor(15*time.Second, func() bool { return strings.Contains(output.String(), "octroid serves ") || len(ended) > 0 })
	if !started || len(ended) > 0 {
		c.Process.Kill()
		ts.Fatalf("octroid serve did not start: %s", output.String())
	}
	text, err := os.ReadFile(address)
	ts.Check(err)
	ts.Setenv("HOST", string(text))
	if _, at, ok := strings.Cut(output.String(), "metrics: http://"); ok {
		at, _, _ = strings.Cut(at, "/")
		ts.Setenv("ADMIN", at)
	}
	ts.Setenv("URL", "http://"+string(text))
	ts.Setenv("AWS_ENDPOINT_URL_ECR_PUBLIC", "http://"+string(text))
	ts.Setenv("SERVER", fmt.Sprint(c.Process.Pid))
	ts.Defer(func() {
		c.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			c.Process.Kill()
		}
		ts.Logf("octroid said:\n%s", output.String())
	})
}

// spoken is what a program says while it runs.
type spoken struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// stopScript ends the service with SIGTERM and waits until it is gone.
func stopScript(ts *testscript.TestScript, neg bool, args []string) {
	var pid int
	_, err := fmt.Sscan(ts.Getenv("SERVER"), &pid)
	ts.Check(err)
	ts.Check(syscall.Kill(pid, syscall.SIGTERM))
	if !waitFor(20*time.Second, func() bool { return syscall.Kill(pid, 0) != nil }) {
		ts.Fatalf("the service did not end on SIGTERM")
	}
}

// addUserScript runs "octroid user add NAME --json ..." and keeps the key as NAME_ID and NAME_SECRET.
func addUserScript(ts *testscript.TestScript, neg bool, args []string) {
	c := exec.Command(filepath.Join(programs, "octroid"), append([]string{"user", "add", "--json", "--data", ts.Getenv("DATA")}, args...)...)
	c.Dir = ts.MkAbs(".")
	text, err := c.Output()
	if err != nil {
		ts.Fatalf("octroid user add: %v: %s", err, err.(*exec.ExitError).Stderr)
	}
	var made struct{ UserName, AccessKeyID, SecretAccessKey string }
	ts.Check(json.Unmarshal(text, &made))
	name := strings.ToUpper(args[0])
	ts.Setenv(name+"_ID", made.AccessKeyID)
	ts.Setenv(name+"_SECRET", made.SecretAccessKey)
	asScript(ts, false, args[:1])
}

// asScript makes the programs that follow call as a user that adduser made, or as nobody.
func asScript(ts *testscript.TestScript, neg bool, args []string) {
	name := strings.ToUpper(args[0])
	ts.Setenv("AWS_ACCESS_KEY_ID", ts.Getenv(name+"_ID"))
	ts.Setenv("AWS_SECRET_ACCESS_KEY", ts.Getenv(name+"_SECRET"))
}

// captureScript keeps the last program's standard output, trimmed, in a variable.
func captureScript(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// shortTempScript keeps a temporary folder with a short name in a variable: some programs refuse the script's own.
func shortTempScript(ts *testscript.TestScript, neg bool, args []string) {
	dir, err := os.MkdirTemp("", "o")
	ts.Check(err)
	ts.Setenv(args[0], dir)
	ts.Defer(func() { os.RemoveAll(dir) })
}

// imageScript makes an OCI layout with one image: image FOLDER TAG TEXT.
func imageScript(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(writeLayout(ts.MkAbs(args[0]), args[1], args[2]))
}

// withinScript runs a program again until it succeeds (or, with !, until it fails), for at most the given time:
// what it shows is in force by then.
func withinScript(ts *testscript.TestScript, neg bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	end := time.Now().Add(limit)
	for {
		err := ts.Exec(args[1], args[2:]...)
		if (err != nil) == neg {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("after %s still: %v", limit, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// modeScript checks permission bits: mode 0600 FILE...
func modeScript(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args[1:] {
		matches, err := filepath.Glob(ts.MkAbs(name))
		ts.Check(err)
		if len(matches) == 0 {
			ts.Fatalf("there is no %s", name)
		}
		for _, m := range matches {
			info, err := os.Stat(m)
			ts.Check(err)
			if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
				ts.Fatalf("%s has mode %s, not %s", m, got, args[0])
			}
		}
	}
}
