package pyvalue_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/octroi/octroi/internal/pyvalue"
)

func TestDecode(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"b":2,"a":3}`:     `{"a":3,"b":2}`,
		` [ 1 , -0 , 1e2 ] `:      `[1,0,100.0]`,
		`"\ud83d\ude00\ud83d"`:    `"\ud83d\ude00\ud83d"`,
		`"\/\b\f\n\r\t\\\""`:      `"/\b\f\n\r\t\\\""`,
		`NaN`:                     `NaN`,
		`-Infinity`:               `-Infinity`,
		`1E400`:                   `Infinity`,
		`99999999999999999999999`: `99999999999999999999999`,
	} {
		v, err := pyvalue.Decode(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got := pyvalue.Compact(v); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	for _, in := range []string{"", "{", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "'a'", "\"a\nb\"", "\"\\x\"", "\"\\u12g4\"",
		"{} x", "\ufeff{}", "nul", "[1 2]", "-", strings.Repeat("[", 2000), strings.Repeat("9", 5000)} {
		if v, err := pyvalue.Decode(in); err == nil {
			t.Errorf("%.20q: accepted as %v", in, v)
		}
	}
}

func TestFormatFloat(t *testing.T) {
	for want, f := range map[string]float64{
		"0.0": 0, "-0.0": math.Copysign(0, -1), "1.0": 1, "1.5": 1.5, "1e+16": 1e16, "9999999999999998.0": 9999999999999998,
		"0.0001": 1e-4, "1e-05": 1e-5, "1.5e+300": 1.5e300, "inf": math.Inf(1), "nan": math.NaN(), "1735732800.123": 1735732800.123,
	} {
		if got := pyvalue.FormatFloat(f); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCheckUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"\x1f\x8b":          "'utf-8' codec can't decode byte 0x8b in position 1: invalid start byte",
		"caf\xe9\"":         "'utf-8' codec can't decode byte 0xe9 in position 3: invalid continuation byte",
		"\xe4\xb8":          "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data",
		"\xed\xa0\x80":      "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
		"\xf0\x9f\x98a":     "'utf-8' codec can't decode bytes in position 0-2: invalid continuation byte",
		"\xc3":              "'utf-8' codec can't decode byte 0xc3 in position 0: unexpected end of data",
		"h\u00e9 \u4e16 ok": "",
	} {
		got := ""
		if err := pyvalue.CheckUTF8([]byte(in)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"a": `'a'`, "it's": `"it's"`, `a'"`: `'a\'"'`, "a\n\x7fé\u0085\u200b": `'a\n\x7fé\x85\u200b'`,
	} {
		if got := pyvalue.Quote(in); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Whatever encoding/json accepts is accepted, and the other way round but for what only one of them knows.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e3,"\u00e9"]}`, `[null,true,-0]`, `"\ud800"`, `NaN`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		v, err := pyvalue.Decode(in)
		special := strings.Contains(in, "NaN") || strings.Contains(in, "Infinity") || pyvalue.CheckUTF8([]byte(in)) != nil
		if strict := json.Valid([]byte(in)); !special && strict != (err == nil) && len(in) < 900 {
			t.Fatalf("%q: encoding/json says %v, this says %v", in, strict, err)
		}
		if err == nil {
			again, err := pyvalue.Decode(pyvalue.Compact(v))
			if err != nil || pyvalue.Compact(again) != pyvalue.Compact(v) {
				t.Fatalf("%q does not survive", in)
			}
		}
	})
}
