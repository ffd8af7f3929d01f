package policy_test

import (
	"slices"
	"testing"

	"github.com/octroi/octroi/policy"
)

func TestConditionKeys(t *testing.T) {
	d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{"aws:PrincipalAccount":"123456789012","aws:RequestTag/Team":"a"}}},
		{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"AWS:sourceip":"10.0.0.0/8"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.ConditionKeys(); !slices.Equal(got, []string{"aws:requesttag/team", "aws:sourceip"}) {
		t.Errorf("keys: %q", got)
	}
}
