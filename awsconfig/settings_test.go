package awsconfig_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/wire"
)

func TestProfile(t *testing.T) {
	files := map[string]string{
		".aws/config":      "[default]\noutput = text\n[profile a]\noutput = yaml\n[profile\tb]\n[profile \"c d\"]\n[plain]\noutput = x\n",
		".aws/credentials": "[shared]\nregion = eu-west-1\n[a]\nregion = eu-west-3\n",
	}
	for _, c := range []struct {
		name, flag string
		env        []string
		output     string // "" for none
		missing    string // the profile that is not found
	}{
		{"usual", "", nil, "text", ""},
		{"flag", "a", nil, "yaml", ""},
		{"variable", "", []string{"AWS_PROFILE", "a"}, "yaml", ""},
		{"older variable", "", []string{"AWS_DEFAULT_PROFILE", "a"}, "yaml", ""},
		{"variables", "", []string{"AWS_PROFILE", "a", "AWS_DEFAULT_PROFILE", "x"}, "yaml", ""},
		{"flag beats variable", "a", []string{"AWS_PROFILE", "x"}, "yaml", ""},
		{"nothing is inherited", "b", nil, "", ""},
		{"quoted", "c d", nil, "", ""},
		{"credentials only", "shared", nil, "", ""},
		{"plain section is none", "plain", nil, "", "plain"},
		{"missing", "x", nil, "", "x"},
		{"missing by variable", "", []string{"AWS_PROFILE", "x"}, "", "x"},
		{"empty variable", "", []string{"AWS_PROFILE", ""}, "", ""},
	} {
		w := newWorld(t, files, c.env...)
		s := w.load(t, c.flag)
		err := s.CheckProfile()
		want := ""
		if c.missing != "" || c.name == "empty variable" {
			want = "The config profile (" + c.missing + ") could not be found"
		}
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", c.name, err, want)
		}
		if got, _ := s.Get("output"); got != c.output {
			t.Errorf("%s: output %q, want %q", c.name, got, c.output)
		}
	}
	if s := newWorld(t, files).load(t, "a"); true {
		if region, _ := s.Get("region"); region != "us-east-1" {
			t.Errorf("region %q", region)
		}
	}
}

// TestTwoDefaults: of [default] and [profile default] the later counts.
func TestTwoDefaults(t *testing.T) {
	for text, want := range map[string]string{
		"[default]\noutput=a\n[profile default]\noutput=b\n": "b", "[profile default]\noutput=b\n[default]\noutput=a\n": "a",
	} {
		if got, _ := newWorld(t, map[string]string{".aws/config": text}).load(t, "").Get("output"); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestFiles(t *testing.T) {
	w := newWorld(t, map[string]string{"c": "[default]\noutput = text\n", "bad": "[x\n"})
	for path, want := range map[string]string{
		"~/c": "text", "$HOME/c": "text", "${HOME}/c": "text", "~/none": "", "": "", w.home: "", "$NONE/c": "",
	} {
		w.env["HOME"], w.env["AWS_CONFIG_FILE"] = w.home, path
		if got, _ := w.load(t, "").Get("output"); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		w := newWorld(t, map[string]string{"bad": "[x\n"}, name, "~/bad")
		_, err := awsconfig.Load(w.request())
		if err == nil || err.Error() != "Unable to parse config file: "+filepath.Join(w.home, "bad") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRegion(t *testing.T) {
	config := map[string]string{".aws/config": "[default]\nregion = us-west-2\n"}
	flag := "eu-west-1"
	empty := ""
	for _, c := range []struct {
		name string
		flag *string
		env  []string
		want string
	}{
		{"file", nil, nil, "us-west-2"},
		{"variable", nil, []string{"AWS_DEFAULT_REGION", "eu-central-1"}, "eu-central-1"},
		{"newer variable", nil, []string{"AWS_DEFAULT_REGION", "x", "AWS_REGION", "eu-central-1"}, "eu-central-1"},
		{"flag", &flag, []string{"AWS_REGION", "x"}, "eu-west-1"},
		{"empty counts", nil, []string{"AWS_REGION", "", "AWS_DEFAULT_REGION", "x"}, ""},
		{"empty flag counts", &empty, []string{"AWS_REGION", "x"}, ""},
	} {
		w := newWorld(t, config, c.env...)
		if c.env == nil {
			delete(w.env, "AWS_DEFAULT_REGION")
		}
		r := w.request()
		r.Region = c.flag
		s, err := awsconfig.Load(r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Region(t.Context()); got != c.want || err != nil {
			t.Errorf("%s: %q %v", c.name, got, err)
		}
	}
	w := newWorld(t, nil)
	delete(w.env, "AWS_DEFAULT_REGION")
	if _, err := w.load(t, "").Region(t.Context()); !errors.Is(err, awsconfig.ErrNoRegion) || awsconfig.ErrNoRegion.ExitCode() != 253 {
		t.Error(err)
	}
}

// TestHostileC40: a region or profile that is no name reaches nothing.
func TestHostileC40(t *testing.T) {
	for _, name := range []string{"../x", "a\nb", "evil.com/", "us-east-1.evil.com#"} {
		w := newWorld(t, map[string]string{".aws/config": "[default]\nx=y\n"}, "AWS_REGION", name)
		if region, err := w.load(t, "").Region(t.Context()); err == nil {
			t.Errorf("C40 region %q: %q", name, region)
		}
		if err := w.load(t, name).CheckProfile(); err == nil {
			t.Errorf("C40 profile %q exists", name)
		}
	}
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		attempts, mode string // "-" for unset
		want           int
		wantMode       wire.Mode
		err            string
	}{
		{"-", "-", 3, wire.Standard, ""},
		{"5", "adaptive", 5, wire.Adaptive, ""},
		{" 1_0 ", "standard", 10, wire.Standard, ""},
		{"99999999999999999999", "-", 1 << 30, wire.Standard, ""},
		{"0", "-", 0, 0, `Value provided to "max_attempts": 0 must be an integer greater than or equal to one.`},
		{"abc", "-", 0, 0, "invalid literal for int() with base 10: 'abc'"},
		{"1.5", "-", 0, 0, "invalid literal for int() with base 10: '1.5'"},
		{"1__0", "-", 0, 0, "invalid literal for int() with base 10: '1__0'"},
		{"", "-", 0, 0, "invalid literal for int() with base 10: ''"},
		{"-", "legacy", 0, 0, `Invalid value provided to "mode": "legacy" must be one of: "standard" or "adaptive"`},
	} {
		w := newWorld(t, nil)
		if c.attempts != "-" {
			w.env["AWS_MAX_ATTEMPTS"] = c.attempts
		}
		if c.mode != "-" {
			w.env["AWS_RETRY_MODE"] = c.mode
		}
		n, mode, err := w.load(t, "").Retries()
		if n != c.want || mode != c.wantMode || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%q %q: %d %d %v", c.attempts, c.mode, n, mode, err)
		}
	}
}

func TestEndpoint(t *testing.T) {
	const usual = "https://api.ecr-public.us-east-1.amazonaws.com/"
	files := map[string]string{".aws/config": "[default]\nservices = dev\nendpoint_url = http://profile\n" +
		"[services dev]\necr_public =\n  endpoint_url = http://block\n[profile p]\nendpoint_url = http://p\n"}
	url := func(s string) *string { return &s }
	for _, c := range []struct {
		name, profile string
		given         *string
		env           []string
		want          string
	}{
		{"service block", "", nil, nil, "http://block/"},
		{"profile", "p", nil, nil, "http://p/"},
		{"general variable", "", nil, []string{"AWS_ENDPOINT_URL", "http://all"}, "http://all/"},
		{"service variable", "", nil, []string{"AWS_ENDPOINT_URL", "http://all", "AWS_ENDPOINT_URL_ECR_PUBLIC", "http://one"}, "http://one/"},
		{"flag", "", url("http://flag"), []string{"AWS_ENDPOINT_URL_ECR_PUBLIC", "http://one"}, "http://flag/"},
		{"ignored by wish", "", nil, []string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", "AWS_ENDPOINT_URL", "http://all"}, usual},
		{"flag is not", "", url("http://flag"), []string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}, "http://flag/"},
		{"empty variable", "p", nil, []string{"AWS_ENDPOINT_URL", ""}, "http://p/"},
		{"other scheme", "p", url("ftp://h"), nil, usual},
		{"query", "p", url("http://h/?q"), nil, usual},
		{"IPv6", "", url("http://[::1]:99"), nil, "http://[::1]:99/"},
		{"no host", "", url("http://"), nil, ""},
	} {
		s := newWorld(t, files, c.env...).load(t, c.profile)
		u, signing, err := s.Endpoint(awsconfig.ECRPublic, "us-east-1", c.given)
		if c.want == "" {
			if err == nil || err.Error() != "Invalid endpoint: http://" {
				t.Errorf("%s: %v %v", c.name, u, err)
			}
			continue
		}
		if err != nil || u.String() != c.want || signing != "us-east-1" {
			t.Errorf("%s: %v %q %v", c.name, u, signing, err)
		}
	}
}

func TestRootsPrecedence(t *testing.T) {
	config := map[string]string{".aws/config": "[default]\nca_bundle = cfg\n"}
	for _, c := range []struct {
		files map[string]string
		env   []string
		want  string
	}{
		{config, []string{"AWS_CA_BUNDLE", "aws", "REQUESTS_CA_BUNDLE", "req"}, "aws"},
		{config, []string{"REQUESTS_CA_BUNDLE", "req"}, "cfg"},
		{nil, []string{"REQUESTS_CA_BUNDLE", "req"}, "req"},
		{nil, []string{"AWS_CA_BUNDLE", "", "REQUESTS_CA_BUNDLE", "req"}, "req"},
		{nil, nil, ""},
	} {
		if got := newWorld(t, c.files, c.env...).load(t, "").Transport().Roots.Bundle; got != c.want {
			t.Errorf("%v: %q, want %q", c.env, got, c.want)
		}
	}
}

func TestUnreadableFileIsEmpty(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	w := newWorld(t, map[string]string{".aws/config": "[default]\noutput=text\n"})
	if err := os.Chmod(filepath.Join(w.home, ".aws/config"), 0); err != nil {
		t.Fatal(err)
	}
	if got, ok := w.load(t, "").Get("output"); ok {
		t.Error(got)
	}
}
