package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

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

// lastOf is the last record of an action by an access key. Records that nobody waits for are written a little later.
func (d *desk) lastOf(action, key string) (last audit.Record) {
	d.t.Helper()
	for end := time.Now().Add(10 * time.Second); last.Action == ""; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatalf("no record of %s by %q", action, key)
		}
		d.must(audit.Read(d.Data, func(r audit.Record) error {
			if r.Action == action && (r.AccessKey == key) {
				last = r
			}
			return nil
		}))
	}
	return last
}

// What is done in a session names it: whose it is, when it began, who vouched, and the source identity, through every
// session that hangs on it; a key of one's own has no session.
func TestRecordNamesTheSession(t *testing.T) {
	k := openKeyless(t)
	key := k.AddUser("anna", servertest.ToLogIn(), servertest.Grant{Actions: []string{"sts:*"}, Resources: []string{"*"}})
	anna := k.with(key)
	arn, id := anna.who()
	if got := k.lastOf("sts:GetCallerIdentity", key.ID).Identity.Session; got != (audit.Session{}) {
		t.Errorf("a user's own key: %+v", got)
	}
	role := k.AddRole("r", []string{arn}, servertest.ToLogIn(), servertest.Grant{Actions: []string{"sts:*"}, Resources: []string{"*"}})
	next := k.AddRole("next", []string{role}, servertest.ToLogIn())
	k.obeyed()
	named := func(in *sts.AssumeRoleInput) { in.SourceIdentity = aws.String("anna@example.com") }
	session := anna.in(role, "s1", named)
	chained := session.in(next, "s2")
	own, err := anna.sts().GetSessionToken(context.Background(), &sts.GetSessionTokenInput{})
	k.must(err)
	federated, err := anna.sts().GetFederationToken(context.Background(), &sts.GetFederationTokenInput{Name: aws.String("bob"),
		Policy: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)})
	k.must(err)
	web, err := k.exchange(k.token())
	k.must(err)
	issuer := func(arn string) audit.Issuer {
		r := k.desk.role(arn)
		return audit.Issuer{Type: "Role", ID: r.ID, ARN: arn, Account: k.Account, Name: r.Name}
	}
	for name, c := range map[string]struct {
		who  caller
		want audit.Session
	}{
		"a role's":        {session, audit.Session{Issuer: issuer(role), SourceIdentity: "anna@example.com"}},
		"a chained one":   {chained, audit.Session{Issuer: issuer(next), SourceIdentity: "anna@example.com"}},
		"a user's own":    {k.session(own.Credentials), audit.Session{}},
		"somebody else's": {k.session(federated.Credentials), audit.Session{Issuer: audit.Issuer{Type: "IAMUser", ID: id, Account: k.Account}}},
		"keyless":         {k.session(web.Credentials), audit.Session{Issuer: issuer(k.role), Provider: k.provider.ARN()}},
	} {
		c.who.who()
		got := k.lastOf("sts:GetCallerIdentity", c.who.keys.AccessKeyID)
		begun, err := time.Parse("2006-01-02T15:04:05Z", got.Identity.Session.Begun)
		if err != nil || begun.After(k.now()) || begun.Before(k.now().Add(-time.Minute)) {
			t.Errorf("%s began %q", name, got.Identity.Session.Begun)
		}
		c.want.Begun = got.Identity.Session.Begun
		if diff := cmp.Diff(c.want, got.Identity.Session); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		line, err := json.Marshal(got)
		k.must(err)
		if len(line) > 16<<10 || bytes.Contains(line, []byte(c.who.keys.SecretAccessKey)) || bytes.Contains(line, []byte(c.who.keys.SessionToken)) {
			t.Errorf("%s: %d bytes: %s", name, len(line), line)
		}
	}
}

// The record has CloudTrail's members, in its words.
func TestRecordOfAKeylessSession(t *testing.T) {
	k := openKeyless(t)
	out, err := k.exchange(k.token())
	k.must(err)
	k.session(out.Credentials).who()
	asked := k.lastOf("sts:GetCallerIdentity", *out.Credentials.AccessKeyId)
	line, err := json.Marshal(asked)
	k.must(err)
	var event struct {
		UserIdentity struct {
			Type           string
			SessionContext map[string]any
		}
	}
	k.must(json.Unmarshal(line, &event))
	r := k.desk.role(k.role)
	want := map[string]any{
		"sessionIssuer":       map[string]any{"type": "Role", "principalId": r.ID, "arn": r.ARN(), "accountId": k.Account, "userName": "ci"},
		"webIdFederationData": map[string]any{"federatedProvider": k.provider.ARN(), "attributes": map[string]any{}},
		"attributes":          map[string]any{"creationDate": asked.Identity.Session.Begun, "mfaAuthenticated": "false"},
	}
	if diff := cmp.Diff(want, event.UserIdentity.SessionContext); diff != "" || event.UserIdentity.Type != "AssumedRole" {
		t.Errorf("%s: %s", event.UserIdentity.Type, diff)
	}
	if who := k.lastOf("sts:AssumeRoleWithWebIdentity", "").Identity; who.Type != "WebIdentityUser" || who.Provider != k.provider.ARN() || who.Name != mainBranch {
		t.Errorf("who asked: %+v", who)
	}
}
