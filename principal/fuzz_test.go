package principal_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/principal"
)

// FuzzParseARN: an ARN has one spelling, and its parts but the last have no colon.
func FuzzParseARN(f *testing.F) {
	for _, seed := range []string{"arn:aws:iam::123456789012:user/a", "arn:aws:ecr-public::1:repository/a:b/c", "arn:::::", "ARN:aws:iam::1:x", "arn:aws:iam::1:\x00*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := principal.ParseARN(text)
		if err != nil {
			return
		}
		if a.String() != text || strings.Contains(a.Partition+a.Service+a.Region+a.Account, ":") || a.Resource == "" {
			t.Fatalf("%q is read as %+v", text, a)
		}
	})
}
