package awsconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/octroi/octroi/awsconfig"
)

// TestHostileC23: credentials are asked of this machine and link only.
func TestHostileC23(t *testing.T) {
	const hosts = "'.  Can only retrieve metadata from these hosts: 169.254.170.2, localhost, 127.0.0.1"
	for uri, host := range map[string]string{
		"http://example.com/x": "example.com", "http://169.254.170.2.evil.com/": "169.254.170.2.evil.com", "http://10.0.0.1/": "10.0.0.1",
		"http://localhost.evil.com/": "localhost.evil.com", "http://localhost@evil.com/": "evil.com", "http://169.254.169.254/": "169.254.169.254",
		"http://[fe80::1]/": "fe80::1", "file:///etc/passwd": "None", "http:///x": "None", "": "None",
	} {
		w := newWorld(t, nil, "AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)
		_, _, err := w.found(t, "")
		if err == nil || err.Error() != "Unsupported host '"+host+hosts {
			t.Errorf("C23 %q: %v", uri, err)
		}
	}
}

// TestHostileC24: a web identity token comes from a small regular file of the user's, and nothing waits for it.
func TestHostileC24(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(syscall.Mkfifo(at("fifo"), 0o600))
	must(os.Symlink(at("loop"), at("loop")))
	must(os.WriteFile(at("big"), make([]byte, 20001), 0o600))
	must(os.WriteFile(at("group"), []byte("jwt"), 0o600))
	must(os.Chmod(at("group"), 0o620))
	huge, err := os.Create(at("huge"))
	must(err)
	must(huge.Truncate(1 << 30))
	huge.Close()
	for name, want := range map[string]string{
		at("fifo"): "is no regular file", at("loop"): "[Errno 40]", at("big"): "longer than a token", at("huge"): "longer than a token",
		at("group"): "can be written by others", dir: "[Errno 21] Is a directory: '" + dir + "'", "/dev/zero": "is no regular file",
		at("none"): "[Errno 2] No such file or directory: '" + at("none") + "'",
	} {
		w := newWorld(t, nil, "AWS_WEB_IDENTITY_TOKEN_FILE", name, "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x",
			"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
		start := time.Now()
		_, _, err := w.found(t, "")
		if err == nil || !strings.Contains(err.Error(), want) || time.Since(start) > 5*time.Second {
			t.Errorf("C24 %s: %v after %v", name, err, time.Since(start))
		}
	}
}

func process(t *testing.T, script string) world {
	t.Helper()
	w := newWorld(t, map[string]string{"p.sh": script})
	config := "[default]\ncredential_process = sh " + w.home + "/p.sh one 'two three'\n"
	if err := os.Mkdir(filepath.Join(w.home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.home, ".aws/config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestProcess(t *testing.T) {
	const from = "Error when retrieving credentials from custom-process: "
	for script, want := range map[string]string{
		"echo '" + processKeys + "'": "PROCESS",
		`test "$2" = "two three" && echo '{"Version":1,"AccessKeyId":"ARG","SecretAccessKey":"s"}'`: "ARG",
		`echo '{"AccessKeyId":"a"}'`:                                 from + "Unsupported version '<Version key not provided>' for credential process provider, supported versions: 1",
		`echo '{"Version":2}'`:                                       from + "Unsupported version '2' for credential process provider, supported versions: 1",
		`echo '{"Version":"1"}'`:                                     from + "Unsupported version '1' for credential process provider, supported versions: 1",
		`echo '{"Version":1}'`:                                       from + "Missing required key in response: 'AccessKeyId'",
		`echo '{"Version":1,"AccessKeyId":"a"}'`:                     from + "Missing required key in response: 'SecretAccessKey'",
		`echo '{"Version":1,"AccessKeyId":5,"SecretAccessKey":"s"}'`: from + "'AccessKeyId' in the response is no string",
		`echo nope`: from + "its output is no JSON object",
		`echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s"} x'`: from + "its output is no JSON object",
		`echo please log in >&2; exit 3`:                                 from + "please log in\n",
		`echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"2020-01-01T00:00:00Z","SessionToken":null}'`: "Credentials were refreshed, but the refreshed credentials are still expired.",
	} {
		got, _, err := process(t, script).found(t, "")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s:\n got %q\nwant %q", script, got, want)
		}
	}
	w := newWorld(t, map[string]string{".aws/config": "[default]\ncredential_process = /none/such $(touch x); y\n"})
	if _, _, err := w.found(t, ""); err == nil || err.Error() != "[Errno 2] No such file or directory: '/none/such'" {
		t.Error(err)
	}
}

func TestHostileC39(t *testing.T) {
	start := time.Now()
	_, _, err := process(t, "yes | head -c 10485760").found(t, "")
	if err == nil || !strings.Contains(err.Error(), "more than 1 MiB") || time.Since(start) > 10*time.Second {
		t.Errorf("C39: %v", err)
	}
	_, _, err = process(t, `echo '{"SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYcanary00"}' >&2; exit 1`).found(t, "")
	if err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("C39: %v", err)
	}
	if got := awsconfig.Redact("session expired, run: /usr/local/bin/corporate-login-helper --now"); !strings.Contains(got, "corporate-login-helper") {
		t.Errorf("C39: the cause is gone: %s", got)
	}
}

// TestHostileC38: the child gets the arguments of the settings and nothing more.
func TestHostileC38(t *testing.T) {
	w := process(t, `tr '\0' ' ' < /proc/$$/cmdline >"${0%p.sh}cmdline"; echo '`+processKeys+`'`)
	if _, _, err := w.found(t, ""); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(w.home, "cmdline"))
	if err != nil || string(got) != "sh "+w.home+"/p.sh one two three " {
		t.Errorf("C38: %q %v", got, err)
	}
}

func FuzzParseSSO(f *testing.F) {
	f.Add([]byte(`{"roleCredentials":{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := awsconfig.ParseSSO(body)
		if err == nil && (c.AccessKeyID == "" || c.Secret.Reveal() == "" || c.SessionToken.Reveal() == "") {
			t.Errorf("%q: half a credential", body)
		}
	})
}

func FuzzParseProcess(f *testing.F) {
	f.Add([]byte(processKeys))
	f.Add([]byte(`{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"2020-01-01"}`))
	f.Fuzz(func(t *testing.T, output []byte) {
		c, err := awsconfig.ParseProcess(output)
		if err != nil && c.Secret.Reveal() != "" {
			t.Errorf("%q: a credential and %v", output, err)
		}
	})
}

// C39: a program that hangs is given up after a minute.
func TestHostileC39Hang(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	t.Parallel()
	began := time.Now()
	_, _, err := process(t, "exec sleep 300").found(t, "")
	if err == nil || !strings.Contains(err.Error(), "longer than 60 seconds") {
		t.Errorf("C39: %v", err)
	}
	if took := time.Since(began); took > 90*time.Second {
		t.Errorf("C39: given up after %v", took)
	}
}
