package strictjson_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/octroi/octroi/internal/strictjson"
)

func TestRefused(t *testing.T) {
	many := func(n int, one func(i int) string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = one(i)
		}
		return strings.Join(parts, ",")
	}
	name := func(i int) string { return fmt.Sprintf(`"%d":0`, i) }
	zero := func(int) string { return "0" }
	for _, tc := range []struct {
		name, text string
		want       error
		offset     int
	}{
		{"empty", "", strictjson.ErrSyntax, 0},
		{"white space", " \n", strictjson.ErrSyntax, 2},
		{"byte order mark", "\uFEFF{}", strictjson.ErrEncoding, 0},
		{"UTF-16", "{\x00}\x00", strictjson.ErrSyntax, 1},
		{"invalid UTF-8", `{"a":"De` + "\xff" + `ny"}`, strictjson.ErrEncoding, 8},
		{"surrogate in UTF-8", "\"\xed\xa0\x80\"", strictjson.ErrEncoding, 1},
		{"overlong", "\"\xc0\xaf\"", strictjson.ErrEncoding, 1},
		{"high surrogate alone", `"\ud83d"`, strictjson.ErrEncoding, 1},
		{"high surrogate before a letter", `"\ud83dx"`, strictjson.ErrEncoding, 1},
		{"low surrogate alone", `"\ude00"`, strictjson.ErrEncoding, 1},
		{"surrogates the wrong way round", `"\ude00\ud83d"`, strictjson.ErrEncoding, 1},
		{"high surrogate twice", `"\ud83d\ud83d"`, strictjson.ErrEncoding, 1},
		{"high surrogate before a broken escape", `"\ud83d\ux"`, strictjson.ErrEncoding, 1},
		{"high surrogate at the end", `"\ud83d\u`, strictjson.ErrEncoding, 1},
		{"duplicate", `{"a":1,"a":1}`, strictjson.ErrDuplicate, 7},
		{"duplicate by escape", `{"Effect":1, "\u0045ffect":2}`, strictjson.ErrDuplicate, 13},
		{"duplicate deep", `[{"b":{"a":1,"c":[{"x":1}],"a":1}}]`, strictjson.ErrDuplicate, 27},
		{"duplicate of many", "{" + many(100, name) + `,"7":1}`, strictjson.ErrDuplicate, 691},
		{"duplicate in many", "{" + many(20, name) + `,"x":1,"x":1}`, strictjson.ErrDuplicate, 137},
		{"second document", "{} {}", strictjson.ErrSyntax, 3},
		{"trailing letter", "{}x", strictjson.ErrSyntax, 2},
		{"trailing NUL", "{}\x00", strictjson.ErrSyntax, 2},
		{"trailing comma in a list", "[1,]", strictjson.ErrSyntax, 3},
		{"trailing comma in an object", `{"a":1,}`, strictjson.ErrSyntax, 7},
		{"comment", "{}//", strictjson.ErrSyntax, 2},
		{"comment before", "/**/{}", strictjson.ErrSyntax, 0},
		{"no-break space", "\u00a0{}", strictjson.ErrSyntax, 0},
		{"vertical tab", "\v{}", strictjson.ErrSyntax, 0},
		{"single quotes", "'a'", strictjson.ErrSyntax, 0},
		{"name without quotes", "{a:1}", strictjson.ErrSyntax, 1},
		{"name that is a number", "{1:1}", strictjson.ErrSyntax, 1},
		{"name without an end", `{"a`, strictjson.ErrSyntax, 1},
		{"no colon", `{"a" 1}`, strictjson.ErrSyntax, 5},
		{"no comma in an object", `{"a":1 "b":2}`, strictjson.ErrSyntax, 7},
		{"no comma in a list", `[1 2]`, strictjson.ErrSyntax, 3},
		{"wrong bracket", `[1}`, strictjson.ErrSyntax, 2},
		{"open list", `[1`, strictjson.ErrSyntax, 2},
		{"open object", `{"a":`, strictjson.ErrSyntax, 5},
		{"open string", `"a`, strictjson.ErrSyntax, 0},
		{"open string after an escape", `"\na`, strictjson.ErrSyntax, 0},
		{"open escape", `"\`, strictjson.ErrSyntax, 1},
		{"unknown escape", `"\x41"`, strictjson.ErrSyntax, 1},
		{"escaped quote", `"\'"`, strictjson.ErrSyntax, 1},
		{"short escape", `"\u00"`, strictjson.ErrSyntax, 1},
		{"escape without hexadecimal digits", `"\u00g0"`, strictjson.ErrSyntax, 1},
		{"line in a string", "\"\n\"", strictjson.ErrSyntax, 1},
		{"NUL in a string", "\"a\x00\"", strictjson.ErrSyntax, 2},
		{"NUL after an escape", "\"\\n\x00\"", strictjson.ErrSyntax, 3},
		{"NaN", "NaN", strictjson.ErrSyntax, 0},
		{"Infinity", "-Infinity", strictjson.ErrSyntax, 1},
		{"True", "True", strictjson.ErrSyntax, 0},
		{"cut literal", "tru", strictjson.ErrSyntax, 0},
		{"leading zero", "01", strictjson.ErrSyntax, 1},
		{"leading plus", "+1", strictjson.ErrSyntax, 0},
		{"leading point", ".5", strictjson.ErrSyntax, 0},
		{"point without a digit", "1.", strictjson.ErrSyntax, 2},
		{"exponent without a digit", "1e+", strictjson.ErrSyntax, 3},
		{"hexadecimal", "0x10", strictjson.ErrSyntax, 1},
		{"minus alone", "-", strictjson.ErrSyntax, 1},
		{"depth 65", strings.Repeat("[", 65) + strings.Repeat("]", 65), strictjson.ErrLimit, 64},
		{"D07 brackets", strings.Repeat("[", 64<<10), strictjson.ErrLimit, 64},
		{"D07 objects", strings.Repeat(`{"a":`, 13<<10), strictjson.ErrLimit, 64 * 5},
		{"100,001 elements", "[" + many(100_001, zero) + "]", strictjson.ErrLimit, 200_001},
		{"100,001 members", "{" + many(100_001, name) + "}", strictjson.ErrLimit, 988_891},
		{"string of 1 MiB and a byte", `["` + strings.Repeat("a", 1<<20+1) + `"]`, strictjson.ErrLimit, 1},
		{"escaped string of 1 MiB and more", `"` + strings.Repeat(`\n`, 1<<20+1) + `"`, strictjson.ErrLimit, 0},
		{"number of 1 MiB and a byte", strings.Repeat("1", 1<<20+1), strictjson.ErrLimit, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, err := strictjson.Parse([]byte(tc.text), strictjson.Limits{})
			var e *strictjson.Error
			if !errors.As(err, &e) || !errors.Is(err, tc.want) || e.Offset != tc.offset {
				t.Fatalf("got %v, want %v at byte %d", err, tc.want, tc.offset)
			}
			if v.Kind() != strictjson.None || strings.ContainsAny(err.Error(), "\n\x00") {
				t.Errorf("a value with an error, or an error of several lines: %v, %q", v, err)
			}
		})
	}
}

func TestRead(t *testing.T) {
	const text = ` {"a":"x\u0041\ud83d\ude00\"\\\/\b\f\n\r\t","\u0062":[1,-0.5e+3,true,false,null,{},[]],"A":9223372036854775808} `
	v, err := strictjson.Parse([]byte(text), strictjson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := v.Member("a")
	if got, want := a.Text(), "xA😀\"\\/\b\f\n\r\t"; got != want || a.Offset() != 6 || a.Kind() != strictjson.String {
		t.Errorf("a: %q at %d", got, a.Offset())
	}
	m := v.Members()
	if len(m) != 3 || m[0].Name != "a" || m[0].Escaped || m[1].Name != "b" || !m[1].Escaped || m[2].Name != "A" {
		t.Fatalf("members: %v", m)
	}
	e := m[1].Value.Elements()
	kinds := make([]string, len(e))
	for i := range e {
		kinds[i] = e[i].Kind().String()
	}
	if got, want := strings.Join(kinds, ", "), "a number, a number, a boolean, a boolean, null, an object, a list"; got != want {
		t.Errorf("kinds: %s, want %s", got, want)
	}
	if n, ok := e[0].Int64(); n != 1 || !ok || e[1].Number() != "-0.5e+3" || !e[2].Bool() || e[3].Bool() {
		t.Errorf("elements: %v", e)
	}
	if _, ok := e[1].Int64(); ok {
		t.Error("a fraction was read as an integer")
	}
	if _, ok := m[2].Value.Int64(); ok {
		t.Error("2^63 was read as an int64")
	}
}

func TestZeroValueIsNothing(t *testing.T) {
	var v strictjson.Value
	if _, ok := v.Member("a"); ok || v.Kind().String() != "nothing" || v.Text() != "" || v.Number() != "" || v.Bool() {
		t.Errorf("zero value: %v", v)
	}
}

func TestNamesAreCompared(t *testing.T) {
	v, err := strictjson.Parse([]byte(`{"effect":1,"ſtatement":2,"Effect ":3}`), strictjson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Effect", "statement", "Statement"} {
		if _, ok := v.Member(name); ok {
			t.Errorf("%s was found", name)
		}
	}
}

func TestLimitsAreMet(t *testing.T) {
	limits := strictjson.Limits{Depth: 2, Members: 3, String: 4}
	for text, want := range map[string]error{
		`[[]]`:                      nil,
		`[[[]]]`:                    strictjson.ErrLimit,
		`{"a":[1,2]}`:               nil,
		`{"a":[1,2,3]}`:             strictjson.ErrLimit,
		`"1234"`:                    nil,
		`"12345"`:                   strictjson.ErrLimit,
		`"\u0031\u0032345"`:         strictjson.ErrLimit,
		`"\u0031\u003234"`:          nil,
		`{"12345":1}`:               strictjson.ErrLimit,
		`[12345]`:                   strictjson.ErrLimit,
		`[1234]`:                    nil,
		`{"a":1,"b":2,"c":3,"d":4}`: strictjson.ErrLimit,
	} {
		if _, err := strictjson.Parse([]byte(text), limits); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

// TestHostileR20 holds the heap that a manifest of 4 MiB costs to 64 MiB, in the shapes that cost most.
func TestHostileR20(t *testing.T) {
	var annotations, layers, escapes strings.Builder
	for i := range 99_000 {
		fmt.Fprintf(&annotations, `"annotation %020d":"0",`, i)
		layers.WriteString(`{"":{"":[""]}},`)
		fmt.Fprintf(&escapes, `"\u0061nnotation %020d":"\u0030",`, i)
	}
	for name, text := range map[string]string{
		"annotations": "{" + annotations.String() + `"":0}`,
		"escapes":     "{" + escapes.String() + `"":0}`,
		"layers":      "[" + layers.String() + `{}]`,
		"elements":    "[" + strings.Repeat("1,", 2<<20) + "1]",
	} {
		t.Run("R20 "+name, func(t *testing.T) {
			b := []byte(text)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			v, err := strictjson.Parse(b, strictjson.Limits{})
			runtime.ReadMemStats(&after)
			spent := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%d KiB of text, %d MiB allocated, %v", len(b)>>10, spent, err)
			if spent > 64 {
				t.Errorf("%d MiB for %d members", spent, len(v.Members()))
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	text := []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr-public:*","sts:GetServiceBearerToken"],"Resource":"*"}]}`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := strictjson.Parse(text, strictjson.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

// D07: what a text of 60 KiB makes of memory is near what is kept of it, however wide it is.
func TestHostileD07(t *testing.T) {
	for name, text := range map[string]string{
		"a list": "[" + strings.Repeat("1,", 30_000) + "1]", "lists in objects": "{" + manyLists(5000) + "}",
		"lists in a list": "[" + strings.Repeat("[1],", 15_000) + "[1]]", "an object that ends early": `{"a":1,"b":[` + strings.Repeat("1,", 30_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		strictjson.Parse([]byte(text), strictjson.Limits{})
		runtime.ReadMemStats(&after)
		if grown := (after.TotalAlloc - before.TotalAlloc) / uint64(len(text)); grown > 60 {
			t.Errorf("%s: %d bytes of memory for each of the text", name, grown)
		}
	}
}

func manyLists(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"%d":[1]`, i))
	}
	return strings.Join(all, ",")
}
