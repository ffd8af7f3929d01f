package awscli_test

import (
	"testing"
	"unicode/utf16"
)

func inputError(option, text string) string {
	return "\nError parsing parameter '" + option + "': " + text + "\n"
}

func notMap(option, name string) string {
	return inputError("--cli-input-"+option, "Invalid type: expecting map, received <class '"+name+"'>")
}

func unknown(keys ...string) string {
	out := "\nParameter validation failed:\n"
	for _, k := range keys {
		out += "Unknown parameter in input: \"" + k + "\", must be one of: \n"
	}
	return out
}

var (
	badJSON = inputError("cli-input-json", "Invalid JSON received.")
	badYAML = inputError("cli-input-yaml", "Invalid YAML received.")
)

// What each input is taken for; an empty want is success.
func TestInput(t *testing.T) {
	for _, c := range []struct{ kind, in, want string }{
		{"json", "{}", ""},
		{"json", " {\n} ", ""},
		{"json", "", badJSON},
		{"json", "\ufeff{}", badJSON},
		{"json", "{} // c", badJSON},
		{"json", `{"a":1,}`, badJSON},
		{"json", "[]", notMap("json", "list")},
		{"json", "1", notMap("json", "int")},
		{"json", "Infinity", notMap("json", "float")},
		{"json", `"s"`, notMap("json", "str")},
		{"json", "true", notMap("json", "bool")},
		{"json", "null", notMap("json", "NoneType")},
		{"json", `{"b":1,"a":{},"b":2}`, unknown("b", "a")},
		{"json", `{"h\u00e9":1}`, unknown("hé")},

		{"yaml", "{}", ""},
		{"yaml", "# c", notMap("yaml", "NoneType")},
		{"yaml", "", notMap("yaml", "NoneType")},
		{"yaml", "yes", notMap("yaml", "str")},
		{"yaml", "true", notMap("yaml", "bool")},
		{"yaml", "0o17", notMap("yaml", "int")},
		{"yaml", "1e3", notMap("yaml", "float")},
		{"yaml", "~", notMap("yaml", "NoneType")},
		{"yaml", "[1]", notMap("yaml", "list")},
		{"yaml", "2025-01-01", notMap("yaml", "datetime.date")},
		{"yaml", "2025-01-01T00:00:00Z", notMap("yaml", "datetime.datetime")},
		{"yaml", "!!set {a}", notMap("yaml", "set")},
		{"yaml", "'1'", notMap("yaml", "str")},
		{"yaml", "b: 1\na: &x {c: 1}\nd: *x", unknown("b", "a", "d")},
		{"yaml", "x: 1\n<<: {a: 1, x: 2}", unknown("a", "x")},
		{"yaml", "<<: {}\n<<: {}", badYAML},
		{"yaml", "! {a: 1}", unknown("a")},
		{"yaml", "%YAML 1.2\n---\na: 1", unknown("a")},
		{"yaml", "a: x:x", unknown("a")},
		{"yaml", "{a: x:x}", unknown("a")},
		{"yaml", "{a:b}", unknown("a:b")},
		{"yaml", "a: 0\t/", badYAML},
		{"yaml", "%ODD x\n---\na: 1", unknown("a")},
		{"yaml", "!!binary x", badYAML},
		{"yaml", "!!timestamp x", badYAML},
		{"yaml", "=: 1", unknown("=")},
		{"yaml", "=", badYAML},
		{"yaml", "!!omap [a: 1, b: 2]", unknown("a", "b")},
		{"yaml", "[1]: 2", "\nkeywords must be strings\n"},
		{"yaml", "{a: 1}: 2", badYAML},
		{"yaml", "true: 1\n1: 2", badYAML},
		{"yaml", "0x10: 1\n16.0: 2", badYAML},
		{"yaml", "a: 1\na: 2", badYAML},
		{"yaml", "a: {b: 1, b: 2}", badYAML},
		{"yaml", "a: *x", badYAML},
		{"yaml", "a: !unknown 1", badYAML},
		{"yaml", "\ta: 1", badYAML},
		{"yaml", "{", badYAML},
		{"yaml", "a: 1\n---\nb: 2", badYAML},
		{"yaml", "1: 2", "\nkeywords must be strings\n"},
	} {
		got := token(t, "--cli-input-"+c.kind, c.in, "--output", "off")
		if got.stderr != c.want || got.stdout != "" || (c.want == "") != (got.exit == 0) {
			t.Errorf("%s %q: got %d %q, want %q", c.kind, c.in, got.exit, got.stderr, c.want)
		}
	}
}

func TestInputFiles(t *testing.T) {
	s := setup{home: t.TempDir()}
	s.env = []string{"D=" + s.home, "AWS_CLI_FILE_ENCODING=" + "utf-8"}
	file(t, s.home, "ok", "{}\n")
	file(t, s.home, "bom", "\ufeff{}")
	file(t, s.home, "latin1", "{\"a\xe9\":1}")
	utf16le := "\xff\xfe"
	for _, u := range utf16.Encode([]rune(`{"é":1}`)) {
		utf16le += string([]byte{byte(u), byte(u >> 8)})
	}
	file(t, s.home, "utf16", utf16le)
	missing := func(value, path string) string {
		return inputError("--cli-input-json", "Unable to load paramfile "+value+": [Errno 2] No such file or directory: '"+path+"'")
	}
	for _, c := range []struct{ value, want string }{
		{"file://" + s.home + "/ok", ""},
		{"file://~/ok", ""},
		{"file://$D/ok", ""},
		{"fileb://${D}/ok", ""},
		{"file://$D/bom", badJSON},
		{"fileb://$D/bom", ""},
		{"fileb://$D/utf16", unknown("é")},
		{"fileb://$D/latin1", badJSON},
		{"file://$D/latin1", inputError("--cli-input-json", "Unable to load paramfile ("+s.home+"/latin1), text contents could "+
			"not be decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix.")},
		{"file://nope", missing("file://nope", "nope")},
		{"file://$NOPE/x", missing("file://$NOPE/x", "$NOPE/x")},
		{"file://", missing("file://", "")},
		{"file://~", inputError("--cli-input-json", "Unable to load paramfile file://~: [Errno 21] Is a directory: '"+s.home+"'")},
		{"FILE://x", badJSON},
		{"http://127.0.0.1:1/x", badJSON},
	} {
		got := s.run(t, "ecr-public", "get-authorization-token", "--cli-input-json", c.value, "--output", "off")
		if got.stderr != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.value, got.stderr, c.want)
		}
	}
	s.env = []string{"AWS_CLI_FILE_ENCODING=latin-1"}
	got := s.run(t, "ecr-public", "get-authorization-token", "--cli-input-json", "file://~/latin1")
	if want := unknown("aé"); got.stderr != want {
		t.Errorf("latin-1: got %q", got.stderr)
	}
}

func TestSkeleton(t *testing.T) {
	const example = "authorizationData:\n  authorizationToken: authorizationToken\n  expiresAt: 1970-01-01 00:00:00\n"
	for _, c := range []struct {
		args []string
		want outcome
	}{
		{[]string{"--generate-cli-skeleton"}, outcome{0, "{}\n", ""}},
		{[]string{"--generate", "yaml-input", "--output", "table", "--query", "x"}, outcome{0, "{}\n", ""}},
		{[]string{"--generate-cli-skeleton", "--cli-input-json", `{"x":1}`}, outcome{0, "{}\n", ""}},
		{[]string{"--generate-cli-skeleton", "output", "--output", "yaml"}, outcome{0, example, ""}},
		{[]string{"--generate-cli-skeleton=output", "--query", "authorizationData.expiresAt"}, outcome{0, "\"1970-01-01T00:00:00\"\n", ""}},
		{[]string{"--generate-cli-skeleton", "output", "--cli-input-json", `{"x":1}`}, outcome{252, "", unknown("x")}},
	} {
		var s setup
		got := s.run(t, append([]string{"ecr-public", "get-authorization-token"}, c.args...)...)
		if got != c.want {
			t.Errorf("%v: got %v, want %v", c.args, got, c.want)
		}
		if len(s.service.sent) > 0 {
			t.Errorf("%v: a request was sent", c.args)
		}
	}
}

func FuzzInputJSON(f *testing.F) {
	f.Add(`{"a":[1]}`)
	f.Add("\xff\xfe{\x00}\x00")
	f.Fuzz(func(t *testing.T, in string) { fuzzInput(t, "json", in) })
}

func FuzzInputYAML(f *testing.F) {
	f.Add("a: &x [1]\nb: *x\n<<: {c: !!set {d}}")
	f.Add("? [1]\n: - |\n  x\n")
	f.Fuzz(func(t *testing.T, in string) { fuzzInput(t, "yaml", in) })
}

// fuzzInput reads input from a file, and wants an answer that fits: accepted, or refused with words.
func fuzzInput(t *testing.T, kind, in string) {
	s := setup{home: t.TempDir()}
	file(t, s.home, "in", in)
	got := s.run(t, "ecr-public", "get-authorization-token", "--cli-input-"+kind, "fileb://~/in", "--output", "off")
	if (got.exit == 0) != (got.stderr == "") {
		t.Fatalf("%q: %v", in, got)
	}
}
