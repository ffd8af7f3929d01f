package server_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// program is the real octroid, built once for a test.
type program struct{ path string }

func build(t *testing.T) program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "octroid")
	c := exec.Command("go", "build", "-trimpath", "-o", path, "../cmd/octroid")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("building octroid: %v\n%s", err, text)
	}
	return program{path}
}

// service is a running octroid serve.
type service struct {
	command *exec.Cmd
	output  *bytes.Buffer
	ended   chan struct{}
	host    string
}

// launch starts octroid serve and does not wait for it.
func (p program) launch(t *testing.T, data, address string) *service {
	t.Helper()
	s := &service{output: new(bytes.Buffer), ended: make(chan struct{})}
	unlimited := filepath.Join(t.TempDir(), "config.yaml") // a test is one principal on one network
	if err := os.WriteFile(unlimited, []byte("limits:\n  requestRate: 0\n  failureRate: 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.command = exec.Command(p.path, "serve", "--config", unlimited, "--data", data, "--listen", "127.0.0.1:0", "--address-file", address)
	s.command.Stdout, s.command.Stderr = s.output, s.output
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.command.Wait(); close(s.ended) }()
	t.Cleanup(s.kill)
	return s
}

// serve starts octroid serve and waits until its port is open.
func (p program) serve(t *testing.T, data string) *service {
	t.Helper()
	address := filepath.Join(t.TempDir(), "address")
	s := p.launch(t, data, address)
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if text, err := os.ReadFile(address); err == nil {
			s.host = string(text)
			return s
		}
		select {
		case <-s.ended:
			t.Fatalf("octroid serve ended by itself: %s", s.output)
		default:
		}
		if time.Now().After(end) {
			t.Fatal("octroid serve does not open its port")
		}
	}
}

// kill ends the service as the kernel does when memory is short: it gets no chance to do anything about it.
func (s *service) kill() {
	s.command.Process.Kill()
	<-s.ended
}
