package audit_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/audit"
)

// plain has the members of Record and not its methods, so that encoding/json writes the event.
func plainJSON(t *testing.T, r audit.Record) string {
	t.Helper()
	text, err := json.Marshal(audit.EventOf(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Each member of a record, alone and with every other, is written as encoding/json writes the event: a member that is
// added and not to the encoder is found here.
func TestRecordIsWrittenAsJSON(t *testing.T) {
	same := func(r audit.Record) {
		t.Helper()
		text, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(plainJSON(t, r), string(text)); d != "" {
			t.Errorf("the record differs (-json +ours):\n%s", d)
		}
		var back audit.Record
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if again, _ := back.MarshalJSON(); string(again) != string(text) && strings.ToValidUTF8(r.Reason, "") == r.Reason {
			t.Errorf("read and written again:\n%s\n%s", text, again)
		}
	}
	for _, text := range []string{"", "plain", "arn:x", "a:b", `"`, `\`, "<&>", "\x00\n\x1f", "\x7f", "é", "\u2028"} {
		fields(reflect.TypeFor[audit.Record](), func(path []int, kind reflect.Kind) {
			r := audit.Record{Outcome: audit.Allowed}
			f := reflect.ValueOf(&r).Elem().FieldByIndex(path)
			if path[0] == reflect.TypeFor[audit.Record]().NumField()-1 {
				return // the hash is digits
			}
			if kind == reflect.String {
				f.SetString(text)
			}
			same(r)
			r.Identity.Type = "IAMUser"
			same(r)
			r.Outcome = audit.Denied
			same(r)
		})
	}
	if err := quick.Check(func(r audit.Record) bool {
		r.Hash = ""
		text, err := r.MarshalJSON()
		return err == nil && string(text) == plainJSON(t, r)
	}, nil); err != nil {
		t.Error(err)
	}
}

// fields visits the members of a struct, and those of structs in it.
func fields(of reflect.Type, visit func(path []int, kind reflect.Kind)) {
	for i := range of.NumField() {
		if f := of.Field(i); f.Type.Kind() == reflect.Struct {
			fields(f.Type, func(path []int, kind reflect.Kind) { visit(append([]int{i}, path...), kind) })
		} else {
			visit([]int{i}, f.Type.Kind())
		}
	}
}
