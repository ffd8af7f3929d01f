package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/internal/strictjson"
)

// FuzzParse holds Parse against encoding/json: what is accepted is JSON and means the same there, and
// JSON that is refused is refused for one of the reasons of strictness.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `{"a":1,"a":2}`, `{"a":{"b":[1,-2.5e+7,true,false,null,"\u0041\ud83d\ude00"]}}`, `{} {}`,
		"\uFEFF{}", "\"\xff\"", `"\ud800"`, `[[[[[[]]]]]]`, `01`, `"\x"`, ` [ 1 , 2 ] `, `{"effect":"Allow","Effect":"Deny"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := strictjson.Parse(text, strictjson.Limits{Depth: 8, Members: 40, String: 40})
		if err != nil {
			strictness := errors.Is(err, strictjson.ErrEncoding) || errors.Is(err, strictjson.ErrDuplicate) || errors.Is(err, strictjson.ErrLimit)
			if !strictness && json.Valid(text) {
				t.Fatalf("valid JSON refused: %v", err)
			}
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatalf("accepted what encoding/json refuses: %v", err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Fatalf("accepted what has something after it")
		}
		if diff := cmp.Diff(want, plain(v)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func plain(v strictjson.Value) any {
	switch v.Kind() {
	case strictjson.Bool:
		return v.Bool()
	case strictjson.Number:
		return json.Number(v.Number())
	case strictjson.String:
		return v.Text()
	case strictjson.Array:
		list := []any{}
		for _, e := range v.Elements() {
			list = append(list, plain(e))
		}
		return list
	case strictjson.Object:
		object := map[string]any{}
		for _, m := range v.Members() {
			object[m.Name] = plain(m.Value)
		}
		return object
	}
	return nil
}
