package format_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/awscli/format"
	"github.com/octroi/octroi/internal/pyvalue"
)

func write(t *testing.T, name, data string, o format.Options) string {
	t.Helper()
	v, err := pyvalue.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	out, err := format.Write(name, v, o)
	if err != nil {
		return string(out) + "error: " + err.Error()
	}
	return string(out)
}

func TestFormats(t *testing.T) {
	long := strings.Repeat("word ", 20)
	for _, c := range []struct{ name, data, want string }{
		{"json", `{}`, ""},
		{"json", `{"a":{},"b":[],"c":[1,{"d":null}]}`,
			"{\n    \"a\": {},\n    \"b\": [],\n    \"c\": [\n        1,\n        {\n            \"d\": null\n        }\n    ]\n}\n"},
		{"json", `"é<\u2028\u0001\t\u007f"`, "\"é<\u2028\\u0001\\t\u007f\"\n"},
		{"json", `[1e16,1e-5,1.0,-0.0,123456789012345678901]`,
			"[\n    1e+16,\n    1e-05,\n    1.0,\n    -0.0,\n    123456789012345678901\n]\n"},
		{"json", `{"a":"x\ud800"}`,
			"{\n    \"a\": error: 'utf-8' codec can't encode character '\\ud800' in position 2: surrogates not allowed"},
		{"off", `{"a":1}`, ""},

		{"text", `null`, "None\n"},
		{"text", `{}`, ""},
		{"text", `[1,"a",null,true]`, "1\ta\tNone\tTrue\n"},
		{"text", `{"b":"x","a":1,"c":{"e":2,"d":3},"l":[4,5]}`, "1\tx\nC\t3\t2\nL\t4\nL\t5\n"},
		{"text", `[{"a":1},{"b":2}]`, "1\t\n\t2\n"},
		{"text", `[1,[2,[3]]]`, "1\n2\n3\n"},
		{"text", `[{"a":1},"x"]`, "error: 'str' object has no attribute 'items'"},

		{"yaml", `{}`, ""},
		{"yaml", `"s"`, "\"s\"\n"},
		{"yaml", `null`, "null\n"},
		{"yaml-stream", `null`, "- null\n"},
		{"yaml", `{"b":[1,[2,3],{"x":1,"y":[]}],"a":{}}`, "a: {}\nb:\n- 1\n- - 2\n  - 3\n- x: 1\n  y: []\n"},
		{"yaml", `["yes","no","1:30","it's"]`, "- yes\n- no\n- 1:30\n- it's\n"},
		{"yaml", `["","1","1.5","0x1F","0o17","null","~","true","2025-01-01","="," a","a: b","a #b","- a","&a","'a"]`,
			"- ''\n- '1'\n- '1.5'\n- '0x1F'\n- '0o17'\n- 'null'\n- '~'\n- 'true'\n- '2025-01-01'\n- '='\n- ' a'\n- 'a: b'\n" +
				"- 'a #b'\n- '- a'\n- '&a'\n- '''a'\n"},
		{"yaml", `["a\tb","\u0000","\ud83d\ude00","\u0085\u00a0é"]`,
			"- \"a\\tb\"\n- \"\\0\"\n- \"\\U0001F600\"\n- \"\\N\u00a0é\"\n"},
		{"yaml", `{"a":"l1\nl2"}`, "a: 'l1\n\n  l2'\n"},
		{"yaml", `{"a":"` + long + `end"}`,
			"a: " + strings.Repeat("word ", 15) + "word\n  word word word word end\n"},
		{"yaml", `{"` + strings.Repeat("k", 129) + `":1}`, "? " + strings.Repeat("k", 129) + "\n: 1\n"},

		{"table", `null`, ""},
		{"table", `{}`, ""},
		{"table", `"s"`, "-------\n|Title|\n+-----+\n"},
		{"table", `{"a":1}`, "------------\n|   Title  |\n+----+-----+\n|  a |  1  |\n+----+-----+\n"},
		{"table", `[["a","b"],["c"]]`, "error: Row should have 2 elements, instead it has 1"},
		{"table", `[{"a":1},5]`, "error: 'int' object is not iterable"},
		{"table", `["α"]`, "--------\n| Title|\n+------+\n|  α  |\n+------+\n"},
	} {
		if diff := cmp.Diff(c.want, write(t, c.name, c.data, format.Options{Title: "Title"})); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", c.name, c.data, diff)
		}
	}
}

// A table that is wider than the terminal stands upright where it has one row.
func TestTableWidth(t *testing.T) {
	const data = `{"m":{"a":"xxxxxxxxxx","b":"yyyyyyyyyy"}}`
	wide := write(t, "table", data, format.Options{Title: "T", Width: 80})
	if !strings.Contains(wide, "a      |      b") {
		t.Errorf("no headers:\n%s", wide)
	}
	narrow := write(t, "table", data, format.Options{Title: "T", Width: 20})
	if !strings.Contains(narrow, "||  a |  xxxxxxxxxx") && !strings.Contains(narrow, "||  a|  xxxxxxxxxx") {
		t.Errorf("not upright:\n%s", narrow)
	}
}

func TestTableColour(t *testing.T) {
	plain := write(t, "table", `{"m":{"a":"x"}}`, format.Options{Title: "T"})
	styled := write(t, "table", `{"m":{"a":"x"}}`, format.Options{Title: "T", Color: true})
	for _, code := range []string{"\x1b[1m\x1b[34m", "\x1b[2m\x1b[33m", "\x1b[0m"} {
		if !strings.Contains(styled, code) {
			t.Errorf("%q is missing", code)
		}
		styled = strings.ReplaceAll(styled, code, "")
	}
	if diff := cmp.Diff(plain, styled); diff != "" {
		t.Errorf("colour moved something:\n%s", diff)
	}
}

func FuzzFormats(f *testing.F) {
	f.Add(`{"a":[{"b":"x y"},{"c":[1,null]}],"":"\n "}`)
	f.Add(`[[["\u0085"]],{"k":1.5e300}]`)
	f.Fuzz(func(t *testing.T, data string) {
		v, err := pyvalue.Decode(data)
		if err != nil {
			return
		}
		for _, name := range []string{"json", "text", "table", "yaml", "yaml-stream"} {
			_, _ = format.Write(name, v, format.Options{Title: "T", Width: 40, Color: true, Reset: true})
		}
		if out, err := format.Write("json", v, format.Options{}); err == nil && len(out) > 0 {
			back, err := pyvalue.Decode(string(out))
			if err != nil || pyvalue.Compact(back) != pyvalue.Compact(v) {
				t.Fatalf("%q does not come back from %q", data, out)
			}
		}
	})
}
