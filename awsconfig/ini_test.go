package awsconfig_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/awsconfig"
)

type ini = map[string]map[string]string

func TestParseINI(t *testing.T) {
	for text, want := range map[string]ini{
		"":                                  {},
		"# c\n; d\n":                        {},
		"[a]\nk = v\n":                      {"a": {"k": "v"}},
		"[a]\r\nk = v\r\n":                  {"a": {"k": "v"}},
		"[a]\nK: v":                         {"a": {"k": "v"}},
		"[a]\nk = v # no comment":           {"a": {"k": "v # no comment"}},
		"[a]\nk = a=b:c":                    {"a": {"k": "a=b:c"}},
		"[a]\nk =\n":                        {"a": {"k": ""}},
		"  [a]\n  k = v\n  l = w":           {"a": {"k": "v", "l": "w"}},
		"[a]\nk = v\n  w\n":                 {"a": {"k": "v\nw"}},
		"[a]\nk = v\n\n  w\n":               {"a": {"k": "v\n\nw"}},
		"[a]\nk = v\n\n[b]\n":               {"a": {"k": "v"}, "b": {}},
		"[a]\ns3 =\n  x = y\n  z=1\nk = v":  {"a": {"s3.x": "y", "s3.z": "1", "k": "v"}},
		"[a]\ns3 =\n  # c\n  x = y\n":       {"a": {"s3.x": "y"}},
		"[DEFAULT]\nk = d\n[a]\n[b]\nk = v": {"a": {"k": "d"}, "b": {"k": "v"}},
		"[a] trailing\nk=v":                 {"a": {"k": "v"}},
		"[profile \"a b\"]\nk=v":            {"profile \"a b\"": {"k": "v"}},
		"[a[b]]\nk=v":                       {"a[b]": {"k": "v"}},
	} {
		got, err := awsconfig.ParseINI(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	for _, text := range []string{
		"k = v", "[a\nk=v", "[a]\nk", "[a]\n= v", "[a]\nk=1\nK=2", "[a]\n[a]", "\ufeff[a]", "[a]\nk=\xff", "[]\n",
		"[a]\ns3 =\n  x\n",
	} {
		if got, err := awsconfig.ParseINI(text); err == nil {
			t.Errorf("%q: taken as %v", text, got)
		}
	}
}

func FuzzParseINI(f *testing.F) {
	for _, seed := range []string{"[a]\nk = v", "[a]\nk =\n x = y", "[DEFAULT]\na=b", "[a", "\r", "[a]\n\tk=v\n\t\tw"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := awsconfig.ParseINI(text)
		if err != nil {
			return
		}
		for name, keys := range got {
			if !strings.Contains(text, name) {
				t.Errorf("%q: section %q from nowhere", text, name)
			}
			for key := range keys {
				if strings.Contains(key, "\n") {
					t.Errorf("%q: key %q", text, key)
				}
			}
		}
	})
}

func TestSplitWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                       nil,
		"  a  b\t c ":            {"a", "b", "c"},
		`a "b c" 'd "e'`:         {"a", "b c", `d "e`},
		`a\ b "c\"d" "e\f" '\g'`: {"a b", `c"d`, `e\f`, `\g`},
		`"" ''`:                  {"", ""},
		`a"b"c`:                  {"abc"},
		"$HOME `id` ; | > #x":    {"$HOME", "`id`", ";", "|", ">", "#x"},
	} {
		got, err := awsconfig.SplitWords(line)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%q: %v %s", line, err, d)
		}
	}
	for _, line := range []string{`"a`, `'a`, `a\`, `"a\`} {
		if got, err := awsconfig.SplitWords(line); err == nil {
			t.Errorf("%q: %q", line, got)
		}
	}
}

func FuzzSplitWords(f *testing.F) {
	f.Add(`a "b c" \d 'e'`)
	f.Fuzz(func(t *testing.T, line string) {
		words, err := awsconfig.SplitWords(line)
		if err == nil && len(strings.Join(words, "")) > len(line) {
			t.Errorf("%q: %q", line, words)
		}
	})
}
