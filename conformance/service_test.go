package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// service is a running octroid with a user who may do everything in its repositories.
type service struct {
	host     string // host:port
	password string // of user AWS
}

// start starts the service, and stops it when the test ends.
func start(t *testing.T) service {
	t.Helper()
	data, address := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "address")
	serve := exec.Command(program(t, "octroid"), "serve", "--data", data, "--listen", "127.0.0.1:0", "--address-file", address)
	var log bytes.Buffer
	serve.Stderr = &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		serve.Process.Signal(syscall.SIGTERM)
		if err := serve.Wait(); err != nil || t.Failed() {
			t.Logf("octroid ended: %v\n%s", err, log.String())
		}
	})
	s := service{host: await(t, address)}
	added := run(t, nil, program(t, "octroid"), "user", "add", "suite", "--data", data, "--allow", "push,pull,delete", "--repository", "*", "--json")
	var key struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal([]byte(added), &key); err != nil {
		t.Fatal(err)
	}
	s.password = strings.TrimSpace(run(t, []string{
		"AWS_ACCESS_KEY_ID=" + key.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + key.SecretAccessKey, "AWS_REGION=us-east-1",
		"AWS_ENDPOINT_URL_ECR_PUBLIC=http://" + s.host, "HOME=" + t.TempDir(),
	}, program(t, "octroi"), "ecr-public", "get-login-password"))
	return s
}

// program is one that make build made.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "bin", name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("%v: make build makes it", err)
	}
	return path
}

// await is the content of a file, once it is there.
func await(t *testing.T, path string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if text, err := os.ReadFile(path); err == nil {
			return string(text)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the service did not open its port")
	return ""
}

// run is what a command prints. It gets this environment and nothing else, or when it is nil that of the test.
func run(t *testing.T, environment []string, name string, arguments ...string) string {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Env = environment
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, stderr.String())
	}
	return string(out)
}
