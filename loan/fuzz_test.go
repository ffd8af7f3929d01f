package loan_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/loan"
)

// FuzzParseRequest: what the small binary is believed to have asked has an entry that passes its check, and is written and
// read as the same.
func FuzzParseRequest(f *testing.F) {
	h, err := hosts.Parse("registry.example.com:8787")
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range []loan.Request{
		{Version: 1, Host: h, Entry: hosts.Entry{Host: "registry.example.com:8787", Profile: "team"}, Budget: 1000},
		{Version: 1, Configuration: "/etc/octroi.yaml"},
		{Version: 1, Host: h, Account: &loan.Account{Token: "e30.e30.e30", Role: "arn:aws:iam::123456789012:role/x", Session: "s"}, Renew: true},
	} {
		text, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"version":1} {"version":1}`))
	f.Add([]byte(`{"version":1,"Version":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := loan.ParseRequest(text)
		if err != nil {
			return
		}
		if err := r.Entry.Check(); err != nil && r.Configuration == "" {
			t.Fatalf("took %+v: %v", r, err)
		}
		written, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := loan.ParseRequest(written)
		if err != nil || !cmp.Equal(r, again) {
			t.Fatalf("%v: %s", err, cmp.Diff(r, again))
		}
	})
}
