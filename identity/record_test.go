package identity_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/servertest"
)

// The record says who got which access key: what is done with it later can be traced to him.
func TestRecordNamesTheSessionsKey(t *testing.T) {
	d := openDesk(t)
	key := d.AddUser("anna")
	anna := d.with(key)
	arn, _ := anna.who()
	out, err := anna.assume(d.AddRole("r", []string{arn}, servertest.ToLogIn()), "s1")
	d.must(err)
	var found bool
	d.must(audit.Read(d.Data, func(r audit.Record) error {
		found = found || r.AccessKey == key.ID && r.Resource == *out.AssumedRoleUser.Arn && strings.Contains(r.Reason, *out.Credentials.AccessKeyId)
		for _, secret := range []*string{out.Credentials.SecretAccessKey, out.Credentials.SessionToken} {
			if strings.Contains(r.Reason, *secret) {
				t.Error("a secret is in the record")
			}
		}
		return nil
	}))
	if !found {
		t.Error("no record of who got the key")
	}
}
