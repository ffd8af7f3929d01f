package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// dockerdScript starts a docker daemon of the script's own, without a network, and sets DOCKER_HOST. It ends with the
// script. Its folder has a short name: a socket's path is at most 108 bytes.
func dockerdScript(ts *testscript.TestScript, neg bool, args []string) {
	dir, err := os.MkdirTemp("", "d")
	ts.Check(err)
	socket := "unix://" + filepath.Join(dir, "s")
	c := exec.Command("/usr/sbin/dockerd", "--data-root", filepath.Join(dir, "data"), "--exec-root", filepath.Join(dir, "e"),
		"--pidfile", filepath.Join(dir, "p"), "-H", socket, "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs")
	var output bytes.Buffer
	c.Stdout, c.Stderr = &output, &output
	ts.Check(c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	ts.Defer(func() {
		c.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			c.Process.Kill()
		}
		_ = syscall.Unmount(filepath.Join(dir, "e", "netns", "default"), 0) // it is mounted on some kernels only
		if err := os.RemoveAll(dir); err != nil {
			ts.Logf("removing the daemon's folder: %v", err)
		}
	})
	ts.Setenv("DOCKER_HOST", socket)
	up := waitFor(60*time.Second, func() bool {
		ask := exec.Command("docker", "-H", socket, "version")
		return len(ended) > 0 || ask.Run() == nil
	})
	if !up || len(ended) > 0 {
		ts.Fatalf("dockerd did not start: %s", output.String())
	}
}
