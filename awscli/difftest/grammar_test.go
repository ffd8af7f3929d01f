package difftest_test

import (
	"slices"

	"pgregory.net/rapid"
)

// optionValues are options with values that are worth a try; nil is an option without one. Left out on purpose:
// --cli-auto-prompt, which octroi has not, and --cli-error-format, which the original has not.
func optionValues() map[string][]string {
	return map[string][]string{
		"--debug": nil, "--no-verify-ssl": nil, "--no-paginate": nil, "--no-sign-request": nil, "--no-cli-pager": nil,
		"--no-cli-auto-prompt": nil, "--version": nil,
		"--endpoint-url":          {"{ENDPOINT}", "{ENDPOINT}/a/b", "", "x", "127.0.0.1", "ftp://127.0.0.1/", "http://", "://"},
		"--output":                {"json", "text", "table", "yaml", "yaml-stream", "", "JSON", "xml", "yaml-steam", "jsno"},
		"--query":                 {"authorizationData", "authorizationData.expiresAt", "", "[", "-x", "*", "x y"},
		"--profile":               {"default", "other", "none", "", "o ther"},
		"--region":                {"us-east-1", "eu-west-1", "", "x y", "us_east", "-", "-1", "fips-us-east-1", "us-east-1-fips"},
		"--color":                 {"on", "off", "auto", "", "ON", "blue", "of"},
		"--ca-bundle":             {"/nonexistent", "x.pem", ""},
		"--cli-read-timeout":      {"5", "0", "abc", " 5 ", "1_0", "-1", "1.5", "", "+7", "٥", "0x5"},
		"--cli-connect-timeout":   {"5", "0", "abc", " 5 ", "-1", "", "１"},
		"--cli-binary-format":     {"base64", "raw-in-base64-out", "", "hex", "base46"},
		"--cli-input-json":        {"{}", "", "[]", `{"a":1}`, "file://x.json", "fileb://x.json", "file://none", "{"},
		"--cli-input-yaml":        {"{}", "", "[]", "a: 1", "file://x.json", "a: b: c"},
		"--generate-cli-skeleton": {"input", "output", "yaml-input", "", "outputs", "yaml", "INPUT"},
		"--bogus":                 nil, "--cli": nil, "--no": nil, "-x": nil, "--": nil, "-1": nil, "-a b": nil, "": nil,
		"-": nil, "--=": nil, "---": nil, "--no-cli": nil, "--é": nil, "-h": nil, "--help": nil, "-d": nil, "-p": nil,
		"extra": nil, "--quer": nil, "-.5": nil, "-1e5": nil, "--no-paginate ": nil, "@x": nil,
	}
}

// grammarCase is a command line in any order and spelling.
func grammarCase(t *rapid.T) invocation {
	words := [][]string{
		{pick(t, "ecr-public", "ecr-public", "ecr-public", "ecr-public", "ecr-publi", "ECR-PUBLIC", "ecrpublic", "")},
		{pick(t, "get-authorization-token", "get-authorization-token", "get-authorization-token", "get-login-password",
			"get-login-password", "get-authorization-tokens", "get-login", "get-token", "tag", "")},
		{"--endpoint-url", "{ENDPOINT}"},
	}
	for range rapid.IntRange(0, 4).Draw(t, "options") {
		at := rapid.IntRange(0, len(words)).Draw(t, "at")
		words = slices.Insert(words, at, optionWords(t))
	}
	line := slices.Concat(words...)
	if often(t, 15) {
		i := rapid.IntRange(0, len(line)-1).Draw(t, "lost")
		line = slices.Delete(line, i, i+1)
	}
	return invocation{
		Args: line,
		Files: map[string]string{
			"x.json":      "{}",
			".aws/config": "[profile other]\nregion = eu-central-1\noutput = text\n",
		},
	}
}

// optionWords are an option in one of its spellings, perhaps without what it needs or with what it does not take.
func optionWords(t *rapid.T) []string {
	values := optionValues()
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(t, "option")
	choices := values[name]
	if len(name) > 4 && often(t, 30) {
		name = name[:rapid.IntRange(4, len(name)).Draw(t, "letters")]
	}
	switch {
	case choices == nil && often(t, 90), choices != nil && often(t, 8):
		return []string{name}
	case choices == nil:
		return []string{name + "=" + pick(t, "x", "true", "")}
	}
	value := rapid.SampledFrom(choices).Draw(t, "value")
	if often(t, 35) {
		return []string{name + "=" + value}
	}
	return []string{name, value}
}
