package difftest_test

import (
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// expressionCase is a JMESPath expression over an answer that holds anything, written in any output format.
func expressionCase(t *rapid.T) invocation {
	args := command("get-authorization-token", "--output", pick(t, "json", "text", "table", "yaml", "yaml-stream"))
	if often(t, 80) {
		e := expression(t, 3)
		if often(t, 15) {
			e = mutate(t, e, "ab1-=!&|.,:()[]{}<>?*@`'\" \\#$é")
		}
		args = append(args, "--query", e)
	}
	if often(t, 10) {
		args = append(args, "--color", "on")
	}
	body := `{"authorizationData":{"authorizationToken":` + document(t, 3) + `,"expiresAt":` + number(t) + `}}`
	return invocation{
		Args: args, Answers: []answer{{Status: 200, Body: body}},
		Files: map[string]string{".aws/config": "[default]\ncli_timestamp_format = " + pick(t, "iso8601", "wire") + "\n"},
	}
}

func identifier(t *rapid.T) string {
	return pick(t, "authorizationData", "authorizationToken", "expiresAt", "a", "b", "c", "ab", `"a"`, `"a b"`, `"é"`, `"\u0061"`,
		`"\n"`)
}

// expression is one that the language has, though it may fail when it is evaluated.
func expression(t *rapid.T, depth int) string {
	if depth == 0 {
		return leaf(t)
	}
	sub := func() string { return expression(t, depth-1) }
	switch rapid.IntRange(0, 13).Draw(t, "form") {
	case 0:
		return leaf(t)
	case 1:
		return sub() + "." + pick(t, identifier(t), "*", multiselect(t, depth-1), function(t, depth-1))
	case 2:
		return sub() + index(t)
	case 3:
		return sub() + "[?" + sub() + pick(t, "==", "!=", "<", "<=", ">", ">=") + sub() + "]" + pick(t, "", ".a", ".b", "[0]")
	case 4:
		return sub() + pick(t, " | ", "|", " || ", " && ", " == ", " < ") + sub()
	case 5:
		return pick(t, "!", "(") + sub() + ")"
	case 6:
		return "!" + sub()
	case 7:
		return "(" + sub() + ")"
	case 8:
		return multiselect(t, depth-1)
	case 9, 10:
		return function(t, depth-1)
	case 11:
		return "authorizationData.authorizationToken" + index(t)
	case 12:
		return sub() + "[?" + sub() + "]"
	}
	return "authorizationData.authorizationToken." + identifier(t)
}

func index(t *rapid.T) string {
	return pick(t, "[]", "[*]", "[0]", "[-1]", "[1]", "[5]", "[:]", "[1:]", "[:-1]", "[::2]", "[::-1]", "[::0]", "[0:2:1]", "[-2:]", ".*",
		"[*].a", "[].b", "[?a]")
}

func leaf(t *rapid.T) string {
	return pick(t, identifier(t), identifier(t), "@", "'raw'", `'it\'s'`, "`"+strings.ReplaceAll(document(t, 1), "`", "")+"`", "`1`", "`abc`",
		"authorizationData", "authorizationData.authorizationToken", "`\"a\"`", "''", "` 1`")
}

func multiselect(t *rapid.T, depth int) string {
	var parts []string
	hash := often(t, 50)
	for range rapid.IntRange(1, 3).Draw(t, "parts") {
		part := expression(t, depth)
		if hash {
			part = identifier(t) + pick(t, ":", ": ") + part
		}
		parts = append(parts, part)
	}
	if hash {
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func function(t *rapid.T, depth int) string {
	name := pick(t, "abs", "avg", "ceil", "contains", "ends_with", "floor", "join", "keys", "length", "map", "max", "max_by", "merge",
		"min", "min_by", "not_null", "reverse", "sort", "sort_by", "starts_with", "sum", "to_array", "to_number", "to_string", "type",
		"values", "nofunc")
	var arguments []string
	for range rapid.SampledFrom([]int{1, 2, 1, 2, 0, 3}).Draw(t, "arguments") {
		a := expression(t, depth)
		if often(t, 20) {
			a = "&" + a
		}
		arguments = append(arguments, a)
	}
	switch {
	case often(t, 50):
		return name + "(" + strings.Join(arguments, ", ") + ")"
	case name == "map":
		return "map(&" + expression(t, depth) + ", " + pick(t, "@", "authorizationData.authorizationToken") + ")"
	case strings.HasSuffix(name, "_by"):
		return name + "(" + pick(t, "@", "authorizationData.authorizationToken") + ", &" + expression(t, depth) + ")"
	}
	return name + "(" + pick(t, "@", "authorizationData.authorizationToken", "authorizationData") + ")"
}

// document is any JSON.
func document(t *rapid.T, depth int) string {
	kinds := 8
	if depth == 0 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return pick(t, "null", "true", "false")
	case 1, 2:
		return number(t)
	case 3, 4, 5:
		return quoted(t)
	case 6, 7:
		var parts []string
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			parts = append(parts, document(t, depth-1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	var parts []string
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		parts = append(parts, pick(t, `"a"`, `"b"`, `"c"`, `"ab"`, `"A b"`, `"é"`, `"1"`, `"true"`, `"-"`, `""`)+":"+document(t, depth-1))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func number(t *rapid.T) string {
	if often(t, 40) {
		return strconv.Itoa(rapid.IntRange(-3, 1800000000).Draw(t, "integer"))
	}
	return pick(t, "0", "-0", "1.0", "1.5", "-2.25", "1e3", "1E16", "1e-5", "0.1", "123456789012345678901234567890", "1e300", "2.50", "-0.0",
		"1735732800.123", "0.30000000000000004", "5e-324")
}

// quoted is a JSON string of the kinds that formats treat in different ways.
func quoted(t *rapid.T) string {
	text := pick(t, "", "a", "b", "word", "yes", "no", "null", "~", "1", "1.5", "0x1F", "1e3", "-", "- a", "a: b", "a #b", "#a", "it's", "*a", "&a",
		"!a", "@a", "%a", "`a`", "{a}", "[a]", "a,b", " a", "a ", "a\\tb", "a\\nb", "a\\n", "\\n", "\\u0000", "\\u007f", "\\u0085", "\\u00a0", "\\u2028",
		"\\ufeff", "\\\"q\\\"", "back\\\\slash", "é", "世界", "e\\u0301", "😀", "2025-01-01", "12:30", "=", "<<", "?", "? a", ":", "a:", "|", ">", "...", "---",
		"true", "True", "off", "0o17", ".5", "+1", "1_000", ".inf", ".nan", "a  b", "'", "''a", "\\\"")
	if often(t, 25) {
		text = strings.Repeat(text+pick(t, " ", "", "  ", "-", "\\n", " long"), rapid.IntRange(2, 40).Draw(t, "repeats"))
	}
	return `"` + text + `"`
}
