package difftest_test

import (
	"strings"

	"pgregory.net/rapid"
)

// inputCase gives the operation its input in JSON or YAML, as text or as a file, and asks for skeletons.
func inputCase(t *rapid.T) invocation {
	c := invocation{Args: command("get-authorization-token"), Files: map[string]string{}, Env: map[string]string{"NAME": "in put"}}
	text, option := yamlText(t), "--cli-input-yaml"
	if often(t, 30) {
		text, option = jsonText(t), "--cli-input-json"
	}
	switch {
	case often(t, 60):
		if strings.Contains(text, "\x00") {
			text = strings.ReplaceAll(text, "\x00", "")
		}
		c.Args = append(c.Args, option+"="+text)
	default:
		c.Files["in put"] = text
		path := pick(t, "in put", "~/in put", "{HOME}/in put", "$NAME", "${NAME}", "~/$NAME", "./in put", "$NONE", "~", "none", "${NAME", "$", "in put/")
		c.Args = append(c.Args, option, pick(t, "file://", "fileb://", "FILE://")+path)
	}
	if often(t, 20) {
		c.Args = append(c.Args, "--generate-cli-skeleton", pick(t, "input", "output", "yaml-input"))
	}
	if often(t, 5) {
		c.Args = append(c.Args, pick(t, "--cli-input-json", "--cli-input-yaml"), pick(t, "{}", "[", "file://none"))
	}
	return c
}

func jsonText(t *rapid.T) string {
	text := document(t, 2)
	if often(t, 40) {
		text = "{" + quoted(t) + ":" + text + "}"
	}
	if often(t, 40) {
		text = mutate(t, text, "{}[],:\"\\u01eE+-. \t\nNItfn/\ufeff\u2028\x00")
	}
	return text
}

// yamlText is pieces of the language put together, well or badly.
func yamlText(t *rapid.T) string {
	if often(t, 20) {
		return jsonText(t)
	}
	out := pick(t, "", "", "", "", "---\n", "%YAML 1.2\n---\n", "%YAML 1.1\n---\n", "# c\n", "--- ", "%TAG ! x:\n---\n", "\ufeff", "\n")
	for range rapid.IntRange(1, 4).Draw(t, "lines") {
		out += pick(t, "", "", "", "", " ", "  ", "- ", "? ", "\t", "    ") + yamlNode(t, 2) + pick(t, "\n", "\n", "\n", "\n", " # c\n", "\r\n", "", " \n", "\n\n")
	}
	out += pick(t, "", "", "", "", "...", "---\n", "\n---\na: 1", "...\n")
	if often(t, 20) {
		out = mutate(t, out, "ab1:-?,[]{}#&*!|>'\"%@` \n\t~<=\\")
	}
	return out
}

func yamlNode(t *rapid.T, depth int) string {
	if depth == 0 {
		return yamlScalar(t)
	}
	sub := func() string { return yamlNode(t, depth-1) }
	switch rapid.IntRange(0, 9).Draw(t, "node") {
	case 0:
		return yamlScalar(t)
	case 1, 2, 3:
		return yamlScalar(t) + pick(t, ": ", ": ", ": ", ":", " : ", ":\n  ", ":\n- ", ":\n") + sub()
	case 4:
		return "- " + sub()
	case 5:
		return "{" + yamlScalar(t) + pick(t, ": ", ":", ", ", "") + sub() + pick(t, "}", "}", ",}", "")
	case 6:
		return "[" + sub() + pick(t, ", ", ",", " ") + sub() + "]"
	case 7:
		return pick(t, "&a ", "&b ", "*a", "!!str ", "!!int ", "!!map ", "!!seq ", "!!null ", "!x ", "! ", "!!omap ", "!!set ", "!!binary ", "!!python/none ",
			"!!float ", "!!bool ", "!!timestamp ", "!<tag:yaml.org,2002:str> ") + sub()
	case 8:
		return yamlScalar(t) + ": " + pick(t, "|", ">", "|-", ">+", "|2", ">1-") + "\n  " + sub() + "\n   " + sub()
	}
	return "? " + sub() + "\n: " + sub()
}

func yamlScalar(t *rapid.T) string {
	return pick(t, "a", "b", "a", "b", "c d", "1", "1.5", "true", "null", "~", "", "'a'", "'it''s'", `"a"`, `"\x41\n"`, `"a`, "'a", "2025-01-01", "2025-01-01 10:00:00",
		"0x1F", "0o17", "017", "yes", "1:30", "=", "<<", "é", "-", "-1", "1e3", ".inf", ".nan", "*a", "&a", "!!str", "a#b", "a:b", "@", "`", "%", "{}", "[]",
		`"\q"`, `"\u00e9"`, "'a\n  b'", "\"a\\\n  b\"", "a\n  b", "TRUE", "Null", "+1", "1_000", "0b11", "1.", "a: b", "?", ":", "|", ">", ",", "#")
}
