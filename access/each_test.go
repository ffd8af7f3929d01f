package access_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// CheckEach decides and records what a Check for each action does, up to the first that is denied.
func TestCheckEach(t *testing.T) {
	const onlyBearers = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:first","a:third"],"Resource":"*"},
		{"Effect":"Allow","Action":"sts:GetServiceBearerToken","Resource":"*","Condition":{"StringEquals":{"sts:AWSServiceName":"x"}}}]}`
	h := open(t)
	bearer := func(service string) access.Asked {
		return access.Asked{Action: "sts:GetServiceBearerToken", Token: "name", TokenExpires: time.Unix(1e9, 0),
			Conditions: func(c *policy.Context) { c.SetBearer(service, time.Hour) }}
	}
	actions := [][]access.Asked{
		{{Action: "a:first"}, bearer("x")}, {{Action: "a:first"}, bearer("y"), {Action: "a:third"}},
		{bearer("x"), {Action: "a:third"}}, {{Action: "a:second"}, {Action: "a:first"}}, {},
	}
	h.give(t, "p", onlyBearers)
	for _, p := range []principal.Principal{h.user.Principal(), {}, {Kind: principal.User, Account: account, ID: "AIDAGONE"}} {
		for _, asked := range actions {
			one, each := false, false
			call := access.Call{RequestID: "r", Front: "aws", Method: "POST", Path: "/", UserAgent: "u", Recorded: &one}
			before, allowed := len(h.records(t)), false
			for _, a := range asked {
				call.Token, call.TokenExpires, call.Conditions = a.Token, a.TokenExpires, a.Conditions
				d, err := h.Check(t.Context(), call, p, a.Action, "*")
				if err != nil {
					t.Fatal(err)
				}
				if allowed = d.Allowed(); !allowed {
					break
				}
			}
			middle := len(h.records(t))
			call.Recorded = &each
			d, err := h.CheckEach(t.Context(), call, p, "*", asked)
			if err != nil || d.Allowed() != allowed || one != each {
				t.Errorf("%v for %v: allowed %v (want %v), recorded %v (want %v), %v", asked, p, d.Allowed(), allowed, each, one, err)
			}
			all := h.records(t)
			unlike := cmpopts.IgnoreFields(audit.Record{}, "ID", "Time", "Sequence", "Hash", "Previous")
			if diff := cmp.Diff(all[before:middle], all[middle:], unlike); diff != "" {
				t.Errorf("%v for %v: the records differ (-Check +CheckEach):\n%s", asked, p, diff)
			}
		}
	}
}
