package policy_test

import (
	"testing"

	"github.com/octroi/octroi/policy"
)

func TestConditional(t *testing.T) {
	for document, want := range map[string]bool{
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`:                                                                                                      false,
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:ecr-public::1:repository/team/*"}}`:                                                                false,
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":["*","arn:aws:ecr-public::1:repository/${aws:SourceIp}/*"]}}`:                                               true,
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}`:                                              true,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`: true,
	} {
		d, err := policy.Parse([]byte(document))
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		if got := d.Conditional(); got != want {
			t.Errorf("%s is conditional: %v", document, got)
		}
	}
}
