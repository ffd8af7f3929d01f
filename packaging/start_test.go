package packaging_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestUnitStarts runs what the unit runs, with its flags from the file of docs/operating.md and the configuration that the
// page asks for, below a folder of the test's own. systemd itself checks the unit's words.
func TestUnitStarts(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	folder := t.TempDir()
	octroid, data := filepath.Join(folder, "octroid"), filepath.Join(folder, "data")
	build := exec.Command("go", "build", "-trimpath", "-o", octroid, "../cmd/octroid")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	unit := readText(t, "octroid.service")
	here := strings.NewReplacer("/usr/bin/octroid", octroid, "/var/lib/octroid", data)
	must(t, os.Mkdir(data, 0o700), os.WriteFile(filepath.Join(data, "octroid.yaml"), []byte("listen: 127.0.0.1:0\n"), 0o600))
	_, line, ok := strings.Cut(readText(t, "../docs/operating.md"), "echo 'OCTROID_FLAGS=")
	flags, _, closed := strings.Cut(line, "'")
	_, start, starts := strings.Cut(unit, "\nExecStart=")
	start, _, _ = strings.Cut(start, "\n")
	if !ok || !closed || !starts {
		t.Fatal("the page says no flags, or the unit no program")
	}
	words := strings.Fields(here.Replace(strings.ReplaceAll(start, "$OCTROID_FLAGS", flags)))
	address := filepath.Join(folder, "address")
	run := exec.Command(words[0], append(words[1:], "--address-file", address)...)
	must(t, run.Start())
	defer func() { run.Process.Kill(); run.Wait() }()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(address); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%q does not start", words)
		}
	}
	missing(t, "systemd-analyze")
	path := filepath.Join(folder, "octroid.service")
	must(t, os.WriteFile(path, []byte(strings.ReplaceAll(unit, "/usr/bin/octroid", octroid)), 0o600))
	if text, err := exec.Command("systemd-analyze", "verify", path).CombinedOutput(); err != nil || len(text) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, text)
	}
}

// The user of the unit is the one that octroid.sysusers makes.
func TestUser(t *testing.T) {
	if !strings.Contains(readText(t, "octroid.service"), "\nUser=octroid\n") {
		t.Error("the unit has another user")
	}
	missing(t, "systemd-sysusers")
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "etc"), 0o755))
	config, err := filepath.Abs("octroid.sysusers")
	must(t, err)
	if text, err := exec.Command("systemd-sysusers", "--root="+root, config).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if users := readText(t, filepath.Join(root, "etc", "passwd")); !strings.Contains(users, "octroid:x:") {
		t.Errorf("no user: %s", users)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}
