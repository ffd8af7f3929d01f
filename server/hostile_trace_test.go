package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// H03: the trace of a program that is made to crash holds no secret.
func TestHostileH03(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	folder := t.TempDir()
	s := build(t).serve(t, filepath.Join(folder, "data"))
	given := strings.Fields(readFile(t, filepath.Join(folder, "data", "credentials"))) // [default] aws_access_key_id = ID aws_secret_access_key = SECRET
	password, _, err := getToken(t.Context(), s.host, given[3], given[6])
	if err != nil {
		t.Fatal(err)
	}
	if err := openRegistry(s.host, password).ping(); err != nil {
		t.Fatal(err)
	}
	if err := s.command.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	if trace := s.output.String(); !strings.Contains(trace, "goroutine ") {
		t.Fatalf("no trace: %.500s", trace)
	}
	root := strings.TrimSpace(readFile(t, filepath.Join(folder, "data", "root.key")))
	canaries{"the administrator's secret": given[6], "the password": password, "the root key": root}.hunt(t, "the trace", s.output.String())
	if left, err := filepath.Glob(filepath.Join(folder, "*core*")); err != nil || len(left) > 0 {
		t.Errorf("a core file: %v, %v", left, err)
	}
	if _, err := os.Stat("core"); err == nil {
		t.Error("a core file beside the test")
	}
}
