package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What was acknowledged is there after each of a hundred kills at work: scenario RL1 on a fifth of its scale.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the service a hundred times")
	}
	folder := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", folder, "../cmd/octroid", ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, text)
	}
	run := exec.Command(filepath.Join(folder, "reliability"), "-octroid", filepath.Join(folder, "octroid"), "-only", "RL1", "-scale", "0.2")
	text, err := run.CombinedOutput()
	if t.Logf("%s", text); err != nil {
		t.Error(err)
	}
}
