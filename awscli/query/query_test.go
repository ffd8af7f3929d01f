package query_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/awscli/query"
	"github.com/octroi/octroi/internal/pyvalue"
)

func search(t *testing.T, expression, data string) (result string, err error) {
	t.Helper()
	v, err := pyvalue.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	q, err := query.Compile(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	r, err := q.Search(v)
	if err != nil {
		return "", err
	}
	return pyvalue.Compact(r), nil
}

func TestSearch(t *testing.T) {
	const data = `{"a":{"b":[1,2,{"c":3}]},"n":[3,1,2],"s":["b","a"],"o":[{"k":2,"v":"y"},{"k":1,"v":"x"},{"v":"z"}],` +
		`"t":"text","f":1.5,"z":0,"e":[],"nul":null}`
	for _, c := range []struct{ expression, want string }{
		{"a.b[2].c", "3"},
		{"a.b[-1].c", "3"},
		{"a.b[7]", "null"},
		{"a.b[0:2]", "[1,2]"},
		{"n[::-1]", "[2,1,3]"},
		{"n[99999999999999999999]", "null"},
		{"t[0:2]", "null"},
		{"o[*].k", "[2,1]"},
		{"o[?k > `1`].v", `["y"]`},
		{"o[?k]", `[{"k":2,"v":"y"},{"k":1,"v":"x"}]`},
		{"a.b[0][0:1]", "null"},
		{"a.*", "[[1,2,{\"c\":3}]]"},
		{"[[n,s],e][]", `[[3,1,2],["b","a"]]`},
		{"{x:n[0],y:t}", `{"x":3,"y":"text"}`},
		{"{x:n[0] y:t}", `{"x":3,"y":"text"}`},
		{"z || t", "0"},
		{"e || t", `"text"`},
		{"z && t", `"text"`},
		{"!z", "false"},
		{"!e", "true"},
		{"z == `false`", "false"},
		{"[z] == [`false`]", "true"},
		{"f == `1.5`", "true"},
		{"t < `1` && `true`", "\x00'<' not supported between instances of 'str' and 'int'"},
		{"e < `1`", "null"},
		{"`\"q\"`", `"q"`},
		{"`q`", `"q"`},
		{"'it\\'s'", `"it's"`},
		{"`12345678901234567890`", "12345678901234567890"},
		{"`1e16`", "1e+16"},
		{"abs(`-3`)", "3"},
		{"avg(n)", "2.0"},
		{"avg(e)", "null"},
		{"ceil(f)", "2"},
		{"floor(`-1.5`)", "-2"},
		{"contains(t, 'ex')", "true"},
		{"contains(n, `1`)", "true"},
		{"ends_with(t, 'xt')", "true"},
		{"starts_with(t, 'xt')", "false"},
		{"join('-', s)", `"b-a"`},
		{"keys(o[0])", `["k","v"]`},
		{"values(o[0])", `[2,"y"]`},
		{"length(t)", "4"},
		{"map(&k, o)", "[2,1,null]"},
		{"max(n)", "3"},
		{"min(s)", `"a"`},
		{"max_by(o[:2], &k).v", `"y"`},
		{"min_by(o[:2], &k).v", `"x"`},
		{"merge(o[0], `{\"k\":9}`)", `{"k":9,"v":"y"}`},
		{"not_null(nul, t)", `"text"`},
		{"reverse(t)", `"txet"`},
		{"reverse(n)", "[2,1,3]"},
		{"sort(s)", `["a","b"]`},
		{"sort_by(o[:2], &v)[*].v", `["x","y"]`},
		{"sum(n)", "6"},
		{"to_array(t)", `["text"]`},
		{"to_number(' 1_0 ')", "10"},
		{"to_number('1e3')", "1000.0"},
		{"to_number('x')", "null"},
		{"to_string(n)", `"[3,1,2]"`},
		{"type(z)", `"number"`},
		{"length()", "\x00Expected 1 argument for function length(), received 0"},
		{"not_null()", "\x00Expected at least 1 argument for function not_null(), received 0"},
		{"nothing()", "\x00Unknown function: nothing()"},
		{"length(z)", "\x00In function length(), invalid type for value: 0, expected one of: " +
			`['string', 'array', 'object'], received: "number"`},
		{"sort([t,z])", "\x00In function sort(), invalid type for value: 0, expected one of: " +
			`['array-string', 'array-number'], received: "int"`},
		{"n[::0]", "\x00slice step cannot be zero"},
		{"&a", "\x00an expression reference (&...) is no result"},
		{"[&a]", "\x00an expression reference (&...) is no result"},
	} {
		got, err := search(t, c.expression, data)
		if err != nil {
			got = "\x00" + err.Error()
		}
		if got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.expression, got, c.want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{"", "Invalid JMESPath expression: cannot be empty."},
		{" ", "Invalid jmespath expression: Incomplete expression:\n\" \"\n  ^"},
		{"a.", "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: eof: Parse error at " +
			"column 2, token \"\" (EOF), for expression:\n\"a.\"\n   ^"},
		{"a]", "Unexpected token: ]: Parse error at column 1, token \"]\" (RBRACKET), for expression:\n\"a]\"\n  ^"},
		{"a b", "Unexpected token: b: Parse error at column 2, token \"b\" (UNQUOTED_IDENTIFIER), for expression:\n\"a b\"\n   ^"},
		{"{a}", "Expecting: colon, got: rbrace: Parse error at column 2, token \"}\" (RBRACE), for expression:\n\"{a}\"\n   ^"},
		{"[a,]", "invalid token: Parse error at column 3, token \"]\" (RBRACKET), for expression:\n\"[a,]\"\n    ^"},
		{"{1:a}", "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: number: Parse error at column 1, token \"1\" " +
			"(NUMBER), for expression:\n\"{1:a}\"\n  ^"},
		{"a[::::]", "syntax error: Parse error at column 4, token \":\" (COLON), for expression:\n\"a[::::]\"\n     ^"},
		{"@(a)", "Invalid function name '@': Parse error at column 0, token \"@\" (CURRENT), for expression:\n\"@(a)\"\n ^"},
		{"\"f\"(a)", "Quoted identifier not allowed for function names.: Parse error at column 0, token \"(\" (LPAREN), for " +
			"expression:\n\"\"f\"(a)\"\n ^"},
		{"é", "Bad jmespath expression: Unknown token é:\né\n^"},
		{"a = b", "Bad jmespath expression: Unknown token '=':\na = b\n  ^"},
		{"-", "Bad jmespath expression: Unknown token '-':\n-\n^"},
		{"a.\"b", "Bad jmespath expression: Unclosed \" delimiter:\na.\"b\n  ^"},
		{"\"\\q\"", "Bad jmespath expression: Invalid \\escape:\n\"\\q\"\n^"},
		{"\"\\u12\"", "Bad jmespath expression: Invalid \\uXXXX escape:\n\"\\u12\"\n^"},
	} {
		_, err := query.Compile(c.expression)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.expression, err, c.want)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"a.b[0]", "sort_by(@,&a)[*].{x:y}", "`[1`|\"q\"", "[?a>`1`]||!b&&c[::2]"} {
		f.Add(s)
	}
	data, err := pyvalue.Decode(`{"a":[{"b":1},{"b":"x"}],"c":{"d":null},"e":1.5}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if len(expression) > 64 { // [@,@] piped into itself doubles each time: a user may do that to himself
			return
		}
		q, err := query.Compile(expression)
		if err != nil {
			if !strings.Contains(err.Error(), "expression") {
				t.Fatalf("an error that says nothing: %v", err)
			}
			return
		}
		if r, err := q.Search(data); err == nil {
			pyvalue.Compact(r) // every result can be printed
		}
	})
}
