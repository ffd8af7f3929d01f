package session_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
)

// FuzzUnpack: one session has one packing. A text that is read is the one that would be written.
func FuzzUnpack(f *testing.F) {
	begun := time.Unix(1_800_000_000, 0)
	for _, s := range []session.Session{
		{Kind: principal.AssumedRole, Name: "build", Parent: "AKIAEXAMPLEEXAMPLE22", SourceIdentity: "alice", Begun: begun, Ends: begun.Add(time.Hour), Packed: "limits"},
		{Kind: principal.FederatedUser, Name: "guest", Begun: begun, Ends: begun.Add(36 * time.Hour)},
		{Kind: principal.User, Begun: begun, Ends: begun, Provider: "arn:aws:iam::123456789012:oidc-provider/issuer.example.com"},
	} {
		f.Add(s.Pack())
	}
	f.Add("\x01\x04\x80\x00\x00\x00\x00\x00\x00")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := session.Unpack(text)
		if err != nil {
			if s != (session.Session{}) {
				t.Fatalf("%+v beside %v", s, err)
			}
			return
		}
		if again := s.Pack(); again != text {
			t.Fatalf("%q has a second spelling, %q", text, again)
		}
		if s.Ends.Before(s.Begun) {
			t.Fatalf("ends before it begins: %+v", s)
		}
	})
}

// FuzzUnpackLimits: limits that are read are written and read as the same; and no packing, which has at most 1,420 bytes
// in a token, becomes more than 128 KiB.
func FuzzUnpackLimits(f *testing.F) {
	for _, l := range []session.Limits{
		{Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
		{PolicyARNs: []string{"arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"}},
		{Tags: []session.Tag{{Key: "Team", Value: "a", Transitive: true}, {Key: "x"}}},
	} {
		packed, _, err := l.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
	}
	f.Add("\x01")
	f.Fuzz(func(t *testing.T, packed string) {
		l, err := session.UnpackLimits(packed)
		if err != nil {
			return
		}
		size := len(l.Policy)
		for _, a := range l.PolicyARNs {
			size += len(a)
		}
		for _, tag := range l.Tags {
			size += len(tag.Key) + len(tag.Value)
		}
		if size > 128<<10 || len(l.Tags)+len(l.PolicyARNs) > 128<<10 {
			t.Fatalf("%d bytes become %d", len(packed), size)
		}
		again, _, err := l.Pack()
		if err != nil {
			return // larger than a session may have: an older program's
		}
		got, err := session.UnpackLimits(again)
		if l.Policy, got.Policy = "", ""; err != nil || !cmp.Equal(got, l) { // the document is compacted
			t.Fatalf("%v: %s", err, cmp.Diff(l, got))
		}
	})
}
