package identity_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/principal"
)

// FuzzMarker: a page begins after a text, and the marker of that text is the one that was given.
func FuzzMarker(f *testing.F) {
	for _, seed := range []string{"YWxpY2U", "YWxpY2U=", "YWxpY2V", "YWxp\nY2U", "%%", "", "_w", "JyBPUiAxPTE"} {
		f.Add(seed, int32(10))
	}
	f.Add("YQ", int32(0))
	f.Add("YQ", int32(-1))
	f.Add("YQ", int32(1001))
	f.Fuzz(func(t *testing.T, marker string, limit int32) {
		after, n, err := identity.PageAfter(marker, limit)
		if err != nil {
			return
		}
		if n < 1 || n > 1000 || after == "" || !utf8.ValidString(after) || base64.RawURLEncoding.EncodeToString([]byte(after)) != marker {
			t.Fatalf("%q is %d after %q", marker, n, after)
		}
	})
}

// FuzzRoleARN: what is taken for a role's ARN is one, of this partition and with an account, and holds no pattern (W32).
func FuzzRoleARN(f *testing.F) {
	for _, seed := range []string{"arn:aws:iam::123456789012:role/a/x", "arn:aws-cn:iam::123456789012:role/x", "arn:aws:iam::*:role/x", "arn:aws:iam:::role/x", "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role/a\nb",
		"arn:aws:iam::123456789012:role/${aws:username}", "arn:aws:iam::12345678901a:role/x", "arn:aws:iam::123456789012:role/a:b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := identity.RoleOf(text)
		if err != nil {
			return
		}
		a, err := principal.ParseARN(text)
		if got != text || err != nil || a.Partition != "aws" || len(a.Account) != 12 || !strings.HasPrefix(a.Resource, "role/") || strings.ContainsAny(text, "*?$ \n\x00") {
			t.Fatalf("%q is taken: %+v", text, a)
		}
	})
}

// FuzzVersion: a version has one name.
func FuzzVersion(f *testing.F) {
	for _, seed := range []string{"v1", "v01", "V1", "v0", "v-1", "vv1", "v18446744073709551617", "v+1", "1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := identity.VersionNumber(text); err == nil && (n < 1 || fmt.Sprint("v", n) != text) {
			t.Fatalf("%q is version %d", text, n)
		}
	})
}
