package endpoint_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/endpoint"
)

// The operations without a signature are these, and no word in the other table makes one more.
func TestUnsignedOperations(t *testing.T) {
	want := []endpoint.Operation{{Service: "sts", Name: "AssumeRoleWithWebIdentity"}}
	if diff := cmp.Diff(want, endpoint.Unsigned()); diff != "" {
		t.Error(diff)
	}
}

// A request without a signature is refused for what it says, before anything is looked up; one with a signature must
// have a right one.
func TestUnsignedRequests(t *testing.T) {
	h := open(t)
	form := func(pairs ...string) message {
		v := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleArn": {"arn:aws:iam::" + h.Account + ":role/ci"},
			"RoleSessionName": {"run-7"}, "WebIdentityToken": {"a.b.c"}}
		for i := 0; i < len(pairs); i += 2 {
			if v.Del(pairs[i]); pairs[i+1] != "" {
				v.Set(pairs[i], pairs[i+1])
			}
		}
		return h.whoAmI().carrying(v.Encode())
	}
	for _, c := range []struct {
		what         string
		m            message
		status       int
		code, reason string
	}{
		{"no token of a JWT's form", form(), 400, "InvalidIdentityToken", "not a valid JWT"},
		{"no token", form("WebIdentityToken", ""), 400, "ValidationError", "webIdentityToken"},
		{"W07 dots", form("WebIdentityToken", strings.Repeat(".", 20_001)), 400, "ValidationError", "20000"},
		{"W07 64 KiB", form("WebIdentityToken", strings.Repeat(".", 70_000)), 413, "RequestEntityTooLarge", ""},
		{"W32 no role", form("RoleArn", ""), 400, "ValidationError", "roleArn"},
		{"W32 partition", form("RoleArn", "arn:aws-cn:iam::"+h.Account+":role/ci"), 400, "ValidationError", ""},
		{"W32 wildcard", form("RoleArn", "arn:aws:iam::"+h.Account+":role/*"), 400, "ValidationError", ""},
		{"W35 session name", form("RoleSessionName", "${aws:username}"), 400, "ValidationError", "roleSessionName"},
		{"W27 duration", form("DurationSeconds", "900.5"), 400, "ValidationError", ""},
		{"another version", form("Version", "2010-05-08"), 400, "InvalidAction", ""},
		{"SAML, which is not here", form("Action", "AssumeRoleWithSAML"), 400, "InvalidAction", ""},
		{"another operation", form("Action", "AssumeRole"), 403, "MissingAuthenticationToken", ""},
		{"twice", h.whoAmI().carrying(form().body + "&Action=AssumeRoleWithWebIdentity"), 400, "MalformedQueryString", ""},
		{"a wrong signature", as(h.user, "sts", time.Now()).sign(t, form()).carrying(form("RoleSessionName", "other").body), 403, "SignatureDoesNotMatch", ""},
		{"a session token", form().with("X-Amz-Security-Token", "x"), 403, "MissingAuthenticationToken", ""},
	} {
		t.Run(c.what, func(t *testing.T) { h.refuse(t, c.m, c.status, c.code, c.reason) })
	}
	// A right one changes nothing: the token is what counts.
	t.Run("a right signature", func(t *testing.T) {
		h.refuse(t, as(h.user, "sts", time.Now()).sign(t, form()), 400, "InvalidIdentityToken", "not a valid JWT")
	})
}
