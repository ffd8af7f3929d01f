package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary the real programs, for the scripts: octroi, and aws as it can be linked to it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"octroi": main, "aws": main})
}

// TestScript runs testdata/script/*.txtar. Each script has a service and registry of its own on loopback:
// $SERVICE is its URL, $HOST its host:port, and fake_test.go says what it answers.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			s := newFake(env)
			env.Values["fake"] = s
			for name, value := range map[string]string{
				"HOME": env.WorkDir, "XDG_RUNTIME_DIR": filepath.Join(env.WorkDir, "run"), "SERVICE": s.url, "HOST": s.host, "TZ": "UTC",
				"AWS_ACCESS_KEY_ID": fakeKey, "AWS_SECRET_ACCESS_KEY": fakeSecret, "AWS_DEFAULT_REGION": "us-east-1",
				"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
			} {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"answer": answerCommand, "requests": requestsCommand, "lent": lentCommand, "parallel": parallelCommand,
			"behave": behaveCommand, "sent": sentCommand, "mode": modeCommand,
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}
