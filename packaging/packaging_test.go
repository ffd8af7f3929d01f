package packaging_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// missing skips where a program is not there; where CI runs that is an error.
func missing(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); errors.Is(err, exec.ErrNotFound) {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed: .ci/install does", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

var exposure = regexp.MustCompile(`Overall exposure level for octroid.service: ([0-9.]+)`)

// The unit gives the service no more than it needs (exposure 1.5 or less), and keeps memory out of crash dumps (H03).
func TestUnit(t *testing.T) {
	unit, err := os.ReadFile("octroid.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"LimitCORE=0", "GOTRACEBACK=single", "UMask=0077", "StateDirectoryMode=0700"} {
		if !strings.Contains(string(unit), want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
	missing(t, "systemd-analyze")
	text, err := exec.Command("systemd-analyze", "security", "--offline=true", "octroid.service").CombinedOutput()
	found := exposure.FindSubmatch(text)
	if err != nil || found == nil {
		t.Fatalf("systemd-analyze: %v\n%s", err, text)
	}
	if level, err := strconv.ParseFloat(string(found[1]), 64); err != nil || level > 1.5 {
		t.Errorf("exposure %s, want 1.5 or less\n%s", found[1], text)
	}
}

// The image is the binary and a folder, and what it holds runs as the user without a name, writing to that folder only.
// No container is started: what is here may not be allowed to.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and an image")
	}
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"FROM scratch", "USER 65532:65532", "STOPSIGNAL SIGTERM"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Dockerfile lacks %s", want)
		}
	}
	folder := t.TempDir()
	octroid := filepath.Join(folder, "octroid")
	build := exec.Command("go", "build", "-trimpath", "-o", octroid, "../cmd/octroid")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if os.Getuid() != 0 {
		t.Skip("only root can become another user, and have a root file system of its own")
	}
	missing(t, "chroot")
	root := filepath.Join(folder, "root")
	must(t, os.MkdirAll(filepath.Join(root, "data"), 0o755), os.Chmod(folder, 0o755), os.Chown(filepath.Join(root, "data"), 65532, 65532),
		os.Chmod(filepath.Join(root, "data"), 0o700), os.Rename(octroid, filepath.Join(root, "octroid")))
	run := exec.Command("chroot", "--userspec=65532:65532", root, "/octroid", "serve", "--data", "/data/octroid", "--listen", "127.0.0.1:0", "--address-file", "/data/address")
	run.Env = []string{}
	must(t, run.Start())
	defer func() { run.Process.Kill(); run.Wait() }()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(root, "data", "address")); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it does not start on a file system with nothing else on it")
		}
	}
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 2 {
		t.Errorf("it wrote beside its folder: %v, %v", entries, err)
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}
