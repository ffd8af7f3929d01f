package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// programs is the folder with the real binaries, built once for all scripts.
var programs string

func TestMain(m *testing.M) { os.Exit(mainWithPrograms(m)) }

func mainWithPrograms(m *testing.M) int {
	folder, err := os.MkdirTemp("", "octroi-programs-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	build := exec.Command("go", "build", "-trimpath", "-o", folder+"/", "../docker-credential-octroi", "../octroi", "../octroid")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the programs: %v\n%s", err, text)
		return 1
	}
	if err := os.Symlink("docker-credential-octroi", filepath.Join(folder, "octroi-credential-provider")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	programs = folder
	linkAWS(folder)
	return m.Run()
}

// linkAWS puts version 2 of the AWS CLI first, whatever other version the machine has.
func linkAWS(folder string) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path := filepath.Join(dir, "aws")
		text, err := exec.Command(path, "--version").CombinedOutput()
		if err == nil && bytes.HasPrefix(text, []byte("aws-cli/2")) {
			if err := os.Symlink(path, filepath.Join(folder, "aws")); err == nil {
				return
			}
		}
	}
}

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("the scripts start real programs")
	}
	tools, err := filepath.Abs("../../bin/tools")
	if err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{programs, tools, os.Getenv("PATH")}, string(os.PathListSeparator))
	providers := new(issuers)
	testscript.Run(t, testscript.Params{
		Dir:       "testdata/script",
		Setup:     func(e *testscript.Env) error { return setUp(e, path) },
		Condition: func(c string) (bool, error) { return condition(c, path) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serveScript, "stop": stopScript, "adduser": addUserScript, "as": asScript,
			"capture": captureScript, "shorttmp": shortTempScript, "image": imageScript, "within": withinScript, "mode": modeScript,
			"dockerd": dockerdScript, "gateway": gatewayScript, "follow": followScript,
			"issuer": providers.start, "idtoken": providers.token,
		},
	})
}

// setUp gives every script a home of its own: no program of this machine's user is read or written.
func setUp(e *testscript.Env, path string) error {
	for _, dir := range []string{"home", "docker", "run", "tmp"} {
		if err := os.MkdirAll(filepath.Join(e.WorkDir, dir), 0o700); err != nil {
			return err
		}
	}
	e.Setenv("PATH", path)
	e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
	e.Setenv("DOCKER_CONFIG", filepath.Join(e.WorkDir, "docker"))
	e.Setenv("XDG_RUNTIME_DIR", filepath.Join(e.WorkDir, "run"))
	e.Setenv("REGISTRY_AUTH_FILE", filepath.Join(e.WorkDir, "run", "auth.json"))
	e.Setenv("TMPDIR", filepath.Join(e.WorkDir, "tmp"))
	e.Setenv("AWS_REGION", "us-east-1")
	e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	e.Setenv("AWS_PAGER", "")
	e.Setenv("DATA", filepath.Join(e.WorkDir, "data"))
	return nil
}

// condition is [client:NAME]: whether a real client is installed. Where CI runs, one that is missing is an error: a
// test that silently skips proves nothing.
func condition(c, path string) (bool, error) {
	if c == "admin" { // what only root can do
		return os.Geteuid() == 0, nil
	}
	name, ok := strings.CutPrefix(c, "client:")
	if !ok {
		return false, fmt.Errorf("unknown condition %q", c)
	}
	if installed(name, path) {
		return true, nil
	}
	if os.Getenv("CI") != "" {
		return false, fmt.Errorf("%s is not installed: .ci/install and make tools install what the scripts drive", name)
	}
	return false, nil
}

func installed(name, path string) bool {
	if name == "boto3" {
		return exec.Command("/usr/bin/python3", "-c", "import boto3").Run() == nil
	}
	path += ":/usr/sbin" // where daemons are
	for _, dir := range filepath.SplitList(path) {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
			return true
		}
	}
	return false
}

// waitFor polls until ready says so, or the time is over.
func waitFor(limit time.Duration, ready func() bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ready() {
			return true
		}
	}
	return ready()
}
