package awsconfig_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/wire"
)

const (
	sharedKeys  = "aws_access_key_id = SHARED\naws_secret_access_key = s\n"
	configKeys  = "aws_access_key_id = CONFIG\naws_secret_access_key = s\n"
	processKeys = `{"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"s"}`
)

// sts answers AssumeRole and AssumeRoleWithWebIdentity with the key ROLE or WEB.
func sts(t *testing.T) *service {
	return newService(t, func(w http.ResponseWriter, r *http.Request) {
		action, key := r.Form.Get("Action"), "ROLE"
		if action == "AssumeRoleWithWebIdentity" {
			key = "WEB"
		}
		if strings.Contains(r.Form.Get("RoleArn"), "deny") {
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no "+action+"</Message></Error></ErrorResponse>")
			return
		}
		io.WriteString(w, stsAnswer(action, key))
	})
}

func stsAnswer(action, key string) string {
	return fmt.Sprintf("<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>%[2]s</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"+
		"<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></%[1]sResult></%[1]sResponse>", action, key)
}

func TestOrderOfSources(t *testing.T) {
	service := sts(t)
	const arn = "arn:aws:iam::123456789012:role/x"
	keys := []string{"AWS_ACCESS_KEY_ID", "ENV", "AWS_SECRET_ACCESS_KEY", "s"}
	web := []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "TOKEN", "AWS_ROLE_ARN", arn}
	process := "credential_process = echo '" + processKeys + "'\n"
	role := "role_arn = " + arn + "\nsource_profile = src\n"
	for _, c := range []struct {
		name, profile, config, shared string
		env                           []string
		want                          string // key and source, or the error
	}{
		{"environment", "", "", "[default]\n" + sharedKeys, keys, "ENV env"},
		{"environment beats web", "", "", "", append(keys, web...), "ENV env"},
		{"environment beats AWS_PROFILE", "", "", "[p]\n" + sharedKeys, append(keys, "AWS_PROFILE", "p"), "ENV env"},
		{"--profile beats environment", "p", "", "[p]\n" + sharedKeys, keys, "SHARED shared-credentials-file"},
		{"--profile alone", "p", "[profile p]\nregion = x\n", "", keys, awsconfig.ErrNoCredentials.Error()},
		{"--profile ignores web in the environment", "p", "", "[p]\n" + sharedKeys, web, "SHARED shared-credentials-file"},
		{"role beats file", "", "[default]\n" + role, "[default]\n" + sharedKeys + "[src]\n" + sharedKeys, nil, "ROLE assume-role"},
		{"web beats file", "", "", "[default]\n" + sharedKeys, web, "WEB assume-role-with-web-identity"},
		{"web in profile", "w", "[profile w]\nrole_arn = " + arn + "\nweb_identity_token_file = TOKEN\n", "", nil, "WEB assume-role-with-web-identity"},
		{"file beats process", "", "[default]\n" + process, "[default]\n" + sharedKeys, nil, "SHARED shared-credentials-file"},
		{"process beats config", "", "[default]\n" + process + configKeys, "", nil, "PROCESS custom-process"},
		{"config", "", "[default]\n" + configKeys, "", nil, "CONFIG config-file"},
		{"boto", "", "", "", []string{"BOTO_CONFIG", "BOTO"}, "BOTO boto-config"},
		{"nothing", "", "", "", nil, awsconfig.ErrNoCredentials.Error()},
		{"secret alone", "", "", "[default]\n" + sharedKeys, []string{"AWS_SECRET_ACCESS_KEY", "s"}, "SHARED shared-credentials-file"},
		{"empty key", "", "", "", []string{"AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", "s"}, awsconfig.ErrNoCredentials.Error()},
		{"half in environment", "", "", "", []string{"AWS_ACCESS_KEY_ID", "x"}, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"},
		{"half in file", "", "", "[default]\naws_access_key_id = x\n", nil,
			"Partial credentials found in shared-credentials-file, missing: aws_secret_access_key"},
		{"half in config", "", "[default]\naws_access_key_id = x\n", "", nil,
			"Partial credentials found in config-file, missing: aws_secret_access_key"},
		{"expired environment", "", "", "", append(keys, "AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z"),
			"Credentials were refreshed, but the refreshed credentials are still expired."},
		{"web without role", "", "", "", web[:2], "The provided profile or the current environment is configured to assume role with web identity " +
			"but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var is set."},
		{"web denied", "", "", "", []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "TOKEN", "AWS_ROLE_ARN", arn + "deny"},
			"An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: no AssumeRoleWithWebIdentity"},
	} {
		w := newWorld(t, map[string]string{"token": "webjwt", "boto": "[Credentials]\naws_access_key_id=BOTO\naws_secret_access_key=s\n"})
		dir := w.home
		place := func(s string) string {
			return strings.NewReplacer("TOKEN", dir+"/token", "BOTO", dir+"/boto").Replace(s)
		}
		files := newWorld(t, map[string]string{".aws/config": place(c.config), ".aws/credentials": c.shared})
		w.home, w.env = files.home, files.env
		for i := 0; i < len(c.env); i += 2 {
			w.env[c.env[i]] = place(c.env[i+1])
		}
		w.env["AWS_ENDPOINT_URL_STS"] = service.url
		key, source, err := w.found(t, c.profile)
		got := key + " " + source
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAssumeRole(t *testing.T) {
	const arn = "arn:aws:iam::123456789012:role/x"
	service := sts(t)
	for _, c := range []struct {
		name, config, shared, want string
	}{
		{"source profile", "[profile r]\nrole_arn=" + arn + "\nsource_profile=src\n", "[src]\n" + sharedKeys, "ROLE"},
		{"itself", "[profile r]\nrole_arn=" + arn + "\nsource_profile=r\n", "[r]\n" + sharedKeys, "ROLE"},
		{"chain", "[profile r]\nrole_arn=" + arn + "\nsource_profile=m\n[profile m]\nrole_arn=" + arn + "m\nsource_profile=src\n", "[src]\n" + sharedKeys, "ROLE"},
		{"environment", "[profile r]\nrole_arn=" + arn + "\ncredential_source=Environment\n", "", "ROLE"},
		{"no container", "[profile r]\nrole_arn=" + arn + "\ncredential_source=EcsContainer\n", "",
			"Error when retrieving credentials from EcsContainer: No credentials found in credential_source referenced in profile r"},
		{"bad source", "[profile r]\nrole_arn=" + arn + "\ncredential_source=Bogus\n", "",
			`The credential source "Bogus" referenced in profile "r" is not valid.`},
		{"both", "[profile r]\nrole_arn=" + arn + "\ncredential_source=Environment\nsource_profile=src\n", "",
			`The profile "r" contains both source_profile and credential_source.`},
		{"neither", "[profile r]\nrole_arn=" + arn + "\n", "", "Partial credentials found in assume-role, missing: source_profile or credential_source"},
		{"no such profile", "[profile r]\nrole_arn=" + arn + "\nsource_profile=x\n", "",
			`The source_profile "x" referenced in the profile "r" does not exist.`},
		{"empty profile", "[profile r]\nrole_arn=" + arn + "\nsource_profile=x\n[profile x]\n", "", `The source profile "x" must have credentials.`},
		{"circle", "[profile r]\nrole_arn=" + arn + "\nsource_profile=m\n[profile m]\nrole_arn=" + arn + "\nsource_profile=r\n", "",
			"Infinite loop in credential configuration detected. Attempting to load from profile r which has already been visited. Visited profiles: ['r', 'm']"},
		{"itself without key", "[profile r]\nrole_arn=" + arn + "\nsource_profile=r\n", "",
			"Infinite loop in credential configuration detected. Attempting to load from profile r which has already been visited. Visited profiles: ['r']"},
		{"denied", "[profile r]\nrole_arn=" + arn + "deny\nsource_profile=src\n", "[src]\n" + sharedKeys,
			"An error occurred (AccessDenied) when calling the AssumeRole operation: no AssumeRole"},
	} {
		w := newWorld(t, map[string]string{".aws/config": c.config, ".aws/credentials": c.shared},
			"AWS_ENDPOINT_URL_STS", service.url, "AWS_ACCESS_KEY_ID", "ENV", "AWS_SECRET_ACCESS_KEY", "s")
		got, _, err := w.found(t, "r")
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAssumeRoleParametersAndCache(t *testing.T) {
	service := sts(t)
	w := newWorld(t, map[string]string{
		".aws/config": "[profile r]\nrole_arn=arn:aws:iam::123456789012:role/x\nsource_profile=src\nexternal_id=ext\n" +
			"duration_seconds=900\nrole_session_name=sess\nmfa_serial=arn:aws:iam::1:mfa/x\n",
		".aws/credentials": "[src]\n" + sharedKeys,
	}, "AWS_ENDPOINT_URL_STS", service.url)
	r := w.request()
	profile, asked := "r", ""
	r.Profile, r.Prompt = &profile, func(q string) (string, error) { asked += q; return " 123456\n", nil }
	for range 2 { // the second time, the cache answers
		s, err := awsconfig.Load(r)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := s.Credentials(t.Context()); err != nil || c.AccessKeyID != "ROLE" {
			t.Fatal(c, err)
		}
	}
	got := service.requests()
	if len(got) != 1 || asked != "Enter MFA code for arn:aws:iam::1:mfa/x: " {
		t.Fatalf("%d requests, asked %q", len(got), asked)
	}
	for name, want := range map[string]string{
		"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "sess",
		"ExternalId": "ext", "DurationSeconds": "900", "SerialNumber": "arn:aws:iam::1:mfa/x", "TokenCode": "123456",
	} {
		if v := got[0].Form.Get(name); v != want {
			t.Errorf("%s=%q, want %q", name, v, want)
		}
	}
	if auth := got[0].Header.Get("Authorization"); !strings.Contains(auth, "/us-east-1/sts/aws4_request") {
		t.Error(auth)
	}
}

func TestSTSHost(t *testing.T) {
	// The host is not reachable here; the error names it.
	w := newWorld(t, map[string]string{
		".aws/config":      "[profile r]\nrole_arn=arn:aws:iam::123456789012:role/x\nsource_profile=src\nregion=eu-west-1\nsts_regional_endpoints=legacy\n",
		".aws/credentials": "[src]\n" + sharedKeys,
	}, "HTTPS_PROXY", "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS", "1")
	delete(w.env, "AWS_DEFAULT_REGION")
	_, _, err := w.found(t, "r")
	var failed *wire.Error
	if !errors.As(err, &failed) || err.Error() != `Failed to connect to proxy URL: "http://127.0.0.1:1"` {
		t.Error(err)
	}
}

func FuzzParseSTS(f *testing.F) {
	f.Add("AssumeRole", []byte(stsAnswer("AssumeRole", "K")))
	f.Add("AssumeRoleWithWebIdentity", []byte(stsAnswer("AssumeRoleWithWebIdentity", "K")))
	f.Add("AssumeRole", []byte("<a/>"))
	f.Fuzz(func(t *testing.T, action string, body []byte) {
		c, err := awsconfig.ParseSTS(action, body)
		if err == nil && (c.AccessKeyID == "" || c.Secret.Reveal() == "" || c.Expires.IsZero()) {
			t.Errorf("%q: %+v", body, c)
		}
	})
}

func TestHostileC25(t *testing.T) {
	good := stsAnswer("AssumeRole", "K")
	if c, err := awsconfig.ParseSTS("AssumeRole", []byte(good)); err != nil || c.AccessKeyID != "K" {
		t.Fatal(c, err)
	}
	for _, body := range []string{
		"", "junk" + good, good + "junk", good + good, "<!DOCTYPE x>" + good, stsAnswer("AssumeRoleWithWebIdentity", "K"),
		strings.Replace(good, "<AccessKeyId>K</AccessKeyId>", "", 1), strings.Replace(good, "2099-01-01T00:00:00Z", "never", 1),
		"<AssumeRoleResponse/>", good[:len(good)-3],
	} {
		if c, err := awsconfig.ParseSTS("AssumeRole", []byte(body)); err == nil {
			t.Errorf("C25 %q: %s", body, c.AccessKeyID)
		}
	}
}
