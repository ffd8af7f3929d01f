package access_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/access"
)

// Each member of a record, alone and with every other, is written as encoding/json writes it: a member that is added
// to Record and not to the encoder is found here.
func TestRecordIsWrittenAsJSON(t *testing.T) {
	same := func(r access.Record) {
		t.Helper()
		want, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(access.AppendRecord(nil, &r))); d != "" {
			t.Errorf("the record differs (-json +ours):\n%s", d)
		}
	}
	texts := []string{"", "plain", `"`, `\`, "<&>", "\x00\n\x1f", "\x7f", "é", "\u2028", "\xff\xfe", "a\xc3"}
	for i := range reflect.TypeFor[access.Record]().NumField() {
		for _, text := range texts {
			var r access.Record
			if f := reflect.ValueOf(&r).Elem().Field(i); f.Kind() == reflect.String {
				f.SetString(text)
			} else {
				f.Set(reflect.ValueOf(&access.Statement{PolicyType: text, Policy: text, Statement: text}))
			}
			same(r)
		}
	}
	if err := quick.Check(func(r access.Record) bool { same(r); return true }, nil); err != nil {
		t.Error(err)
	}
}
