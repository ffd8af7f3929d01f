package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// document is a policy as it is printed.
type document struct {
	Version   string
	Statement []struct {
		Effect           string
		Action, Resource []string
	}
}

// The printed policies are enough for their task with the real client, and the least: without any one action the task
// fails.
func TestMinimalPolicies(t *testing.T) {
	crane := requireClient(t, "crane")
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.Registry.AnonymousPull = false }))
	folder := t.TempDir()
	if err := writeLayout(filepath.Join(folder, "oci"), "v1", "minimal"); err != nil {
		t.Fatal(err)
	}
	user := s.AddUser("ci")
	u, err := s.Store().UserByName(t.Context(), s.Account, "ci")
	if err != nil {
		t.Fatal(err)
	}
	run := func(program string, args ...string) (string, error) {
		c := exec.Command(program, args...)
		c.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+user.ID, "AWS_SECRET_ACCESS_KEY="+user.Secret, "AWS_ENDPOINT_URL_ECR_PUBLIC="+s.URL,
			"AWS_REGION=us-east-1", "DOCKER_CONFIG="+folder, "HOME="+folder)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	octroi, octroid := filepath.Join(programs, "octroi"), filepath.Join(programs, "octroid")
	n := 0
	tasks := map[string]struct {
		flags []string
		do    func() error
	}{
		"get-token": {nil, func() error { _, err := run(octroi, "login", s.Host); return err }},
		"push": {[]string{"--create"}, func() error {
			if _, err := run(octroi, "login", s.Host); err != nil {
				return err
			}
			n++ // a repository that is not there yet, and blobs that are not either
			into := filepath.Join(folder, "push"+string(rune('a'+n)))
			if err := writeLayout(into, "v1", strings.Repeat("x", n)); err != nil {
				return err
			}
			_, err := run(crane, "push", "--insecure", into, s.Host+"/"+s.Alias+"/team/new"+string(rune('a'+n))+":v1")
			return err
		}},
		"pull": {nil, func() error {
			if _, err := run(octroi, "login", s.Host); err != nil {
				return err
			}
			_, err := run(crane, "pull", "--insecure", s.Host+"/"+s.Alias+"/team/newb:v1", filepath.Join(folder, "out.tar"))
			return err
		}},
	}
	for _, task := range []string{"get-token", "push", "pull"} {
		out, err := run(octroid, append([]string{"policy", "minimal", task, "--repository", "team/*", "--data", s.Data}, tasks[task].flags...)...)
		if err != nil {
			t.Fatalf("minimal %s: %s", task, out)
		}
		var d document
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatal(err)
		}
		try := func(d document) error {
			text, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Store().PutInlinePolicy(t.Context(), u.Owner(), store.InlinePolicy{Name: "p", Document: string(text)}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(store.CheckInterval + 50*time.Millisecond) // until the service looks again
			return tasks[task].do()
		}
		if task == "push" {
			n = 0
		}
		if err := try(d); err != nil {
			t.Errorf("the printed policy is not enough to %s: %v", task, err)
		}
		for i, st := range d.Statement {
			for j, action := range st.Action {
				less := document{Version: d.Version}
				less.Statement = append(less.Statement, d.Statement...)
				less.Statement[i].Action = append(append([]string{}, st.Action[:j]...), st.Action[j+1:]...)
				if len(less.Statement[i].Action) == 0 {
					continue
				}
				if err := try(less); err == nil {
					t.Errorf("%s works without %s", task, action)
				}
				less.Statement[i].Action = st.Action
			}
		}
	}
}

// requireClient is the path of a real client, or skips; where CI runs, one that is missing fails.
func requireClient(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("real programs are started")
	}
	tools, err := filepath.Abs("../../bin/tools")
	if err != nil {
		t.Fatal(err)
	}
	path := tools + string(os.PathListSeparator) + os.Getenv("PATH")
	ok, err := condition("client:"+name, path)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skipf("%s is not installed: make tools installs it", name)
	}
	if inTools := filepath.Join(tools, name); installed(name, tools) {
		return inTools
	}
	found, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
