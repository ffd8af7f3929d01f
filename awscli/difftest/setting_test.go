package difftest_test

import (
	"strings"

	"pgregory.net/rapid"
)

// settingCase takes its settings and keys from files and variables.
func settingCase(t *rapid.T) invocation {
	c := invocation{Args: command("get-authorization-token"), Env: map[string]string{}, Files: map[string]string{}}
	if often(t, 60) {
		c.Env["AWS_ACCESS_KEY_ID"], c.Env["AWS_SECRET_ACCESS_KEY"] = unset, unset
	}
	if often(t, 60) {
		c.Env["AWS_REGION"] = unset
	}
	for range rapid.IntRange(0, 3).Draw(t, "variables") {
		name, value := variable(t)
		c.Env[name] = value
	}
	if often(t, 80) {
		c.Files[".aws/config"] = settingsFile(t, "profile ")
	}
	if often(t, 60) {
		c.Files[".aws/credentials"] = settingsFile(t, "")
	}
	for name, values := range map[string][]string{
		"--profile": {"default", "other", "none", "third one"}, "--region": {"eu-west-1", "", "a b"}, "--output": {"text", "json"},
	} {
		if often(t, 15) {
			c.Args = append(c.Args, name, pick(t, values...))
		}
	}
	if often(t, 5) {
		c.Args = append(c.Args, "--no-sign-request")
	}
	return c
}

func variable(t *rapid.T) (name, value string) {
	name = pick(t, "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_OUTPUT", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EXECUTION_ENV",
		"AWS_CREDENTIAL_EXPIRATION", "AWS_USE_FIPS_ENDPOINT")
	switch {
	case strings.HasSuffix(name, "REGION"):
		return name, pick(t, "us-west-2", "", "x_y", "eu-central-1", "cn-north-1", "a.b", "-a", " us-east-1")
	case strings.HasSuffix(name, "PROFILE"):
		return name, pick(t, "default", "other", "none", "", "third one")
	case strings.HasSuffix(name, "FILE"):
		return name, pick(t, "~/.aws/credentials", "~/.aws/config", "{HOME}/none", "", "{HOME}", "$HOME/.aws/config")
	}
	return name, map[string]func() string{
		"AWS_DEFAULT_OUTPUT":        func() string { return pick(t, "text", "yaml", "", "xml", "JSON") },
		"AWS_ACCESS_KEY_ID":         func() string { return pick(t, keyID, "", " AK ") },
		"AWS_SECRET_ACCESS_KEY":     func() string { return pick(t, secretKey, "", "é") },
		"AWS_SESSION_TOKEN":         func() string { return pick(t, "session", "", "a b") },
		"AWS_SECURITY_TOKEN":        func() string { return pick(t, "security", "") },
		"AWS_MAX_ATTEMPTS":          func() string { return pick(t, "1", "0", "-1", "x", "", " 2 ", "1.5") },
		"AWS_RETRY_MODE":            func() string { return pick(t, "standard", "adaptive", "legacy", "", "Standard") },
		"AWS_EXECUTION_ENV":         func() string { return pick(t, "CI", "a b", "") },
		"AWS_CREDENTIAL_EXPIRATION": func() string { return pick(t, "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "x", "") },
		"AWS_USE_FIPS_ENDPOINT":     func() string { return pick(t, "true", "false", "x", "") },
	}[name]()
}

// settingsFile is an INI file, with mistakes in it now and then.
func settingsFile(t *rapid.T, prefix string) string {
	out := pick(t, "", "", "", "# comment\n", "; comment\n", "\n", "\ufeff", "key = value\n")
	for range rapid.IntRange(1, 3).Draw(t, "sections") {
		out += section(t, prefix) + pick(t, "\n", "\n", "\n", " # c\n", "\r\n", " ; c\n", " x\n")
		for range rapid.IntRange(0, 5).Draw(t, "lines") {
			out += setting(t)
		}
	}
	if often(t, 15) {
		out = mutate(t, out, "[]=: \n\t#;%\"'a\r\\")
	}
	return out
}

func section(t *rapid.T, prefix string) string {
	return pick(t, "[default]", "[default]", "[default]", "["+prefix+"other]", "["+prefix+"other]", "["+prefix+"'third one']", `[`+prefix+`"third one"]`,
		"[profile default]", "[other]", "["+prefix+" other ]", "[ default ]", "[profile]", "[preview]", "[DEFAULT]", "[plugins]", "[sso-session x]", "[profile a b]",
		"[profile 'a]", "[services s]", "[]")
}

func setting(t *rapid.T) string {
	key := pick(t, "region", "output", "aws_access_key_id", "aws_secret_access_key", "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
		"aws_security_token", "cli_timestamp_format", "max_attempts", "retry_mode", "REGION", "Output", "parameter_validation", "cli_pager", "cli_binary_format",
		"s3", "ca_bundle", "cli_history", "x", "use_fips_endpoint", "aws_account_id")
	value := map[string][]string{
		"region": {"us-east-2", "", "x y", "eu-west-3"}, "output": {"text", "yaml", "xml", "", "table"}, "aws_access_key_id": {keyID, "", "AK ; x"},
		"aws_secret_access_key": {secretKey, "", "a%b", "a#b"}, "cli_timestamp_format": {"wire", "iso8601", "x", ""}, "max_attempts": {"1", "0", "x", "5 "},
		"retry_mode": {"standard", "adaptive", "legacy", ""}, "parameter_validation": {"false", "x"}, "s3": {"\n  a = 1", "\n a=1\n b = 2", "x", "\n  broken"},
		"use_fips_endpoint": {"true", "false"},
	}[strings.ToLower(key)]
	if value == nil {
		value = []string{"value", "", "a = b", "two\n  lines", "'q'"}
	}
	return pick(t, "", "", "", "", "", "", " ", "\t") + key + pick(t, " = ", " = ", " = ", "=", ": ", ":", " ", "  =  ") + pick(t, value...) +
		pick(t, "\n", "\n", "\n", "\n", "\r\n", " # c\n", "\n\n", " \n")
}
